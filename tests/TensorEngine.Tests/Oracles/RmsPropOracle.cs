using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>torch.optim.RMSprop, from its documentation, with a variance that is never negative.</summary>
public static class RmsPropOracle
{
    public static double Step(double p, double gradient, Span<double> state, RmsPropOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        int next = 0;
        ref double square = ref state[next++];
        square = options.Alpha * square + (1 - options.Alpha) * g * g;
        double variance = square;
        if (options.Centered)
        {
            ref double average = ref state[next++];
            average = options.Alpha * average + (1 - options.Alpha) * g;
            variance = Math.Max(0, square - average * average);
        }

        double scaled = g / (Math.Sqrt(variance) + options.Epsilon);
        if (options.Momentum > 0)
            scaled = state[next] = options.Momentum * state[next] + scaled;
        return p - options.LearningRate * scaled;
    }
}
