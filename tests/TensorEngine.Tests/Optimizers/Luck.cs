using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// Elements of a recording whose float32 error is a matter of luck: where a gradient and its weight decay all but cancel, or a value
/// comes close to 0 in a large step, a later step multiplies what rounding has left by thousands, whoever rounds.
/// </summary>
public static class Luck
{
    // More than this many ULP of what one unit for each number of each step makes, in the largest of some runs.
    private const double Limit = 64;
    private const int Runs = 4;

    /// <summary>
    /// Which elements they are: in double precision, with the value and each state moved by up to a unit of float after every step,
    /// the value differs from the truth by more than 64 ULP of the largest |p| or |update| on the way.
    /// </summary>
    public static bool[] In(OptimizerCase optimizer, RecordedCase recorded)
    {
        RecordedTrajectories all = RecordedTrajectories.Instance;
        bool[] luck = new bool[all.Elements];
        for (int run = 0; run < Runs; run++)
        {
            var random = new Random(run);
            for (int element = 0; element < luck.Length; element++)
                luck[element] |= LargestError(optimizer, recorded, element, random) > Limit;
        }

        return luck;
    }

    private static double LargestError(OptimizerCase optimizer, RecordedCase recorded, int element, Random random)
    {
        RecordedTrajectories all = RecordedTrajectories.Instance;
        double value = all.Initial[element], largest = Math.Abs(value), error = 0;
        double[] state = [.. optimizer.States.Select(one => (double)one.Initial)];
        for (int step = 1, at = element; step <= all.Steps; step++)
        {
            value = Moved(optimizer.StepOracle(value, all.Gradients[(step - 1) * all.Elements + element], state, step), random);
            for (int i = 0; i < state.Length; i++)
                state[i] = Moved(state[i], random);
            if (!all.RecordedSteps.Contains(step))
                continue;
            largest = Math.Max(largest, Math.Max(Math.Abs(recorded.Truth[at]), recorded.Update[at]));
            error = Math.Max(error, Math.Abs(value - recorded.Truth[at]) / Ulp.Of(largest));
            at += all.Elements;
        }

        return error;
    }

    private static double Moved(double number, Random random) =>
        number == 0 || !double.IsFinite(number) ? number : number + (2 * random.NextDouble() - 1) * Ulp.Of(Math.Abs(number));
}
