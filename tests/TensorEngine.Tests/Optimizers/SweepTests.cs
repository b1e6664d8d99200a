using NUnit.Framework;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Oracles;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// Finite in, finite out: values and gradients of every magnitude that a float has, in every order. Where the oracle's value and state,
/// squares aside, are finite as floats, so is ours; and within its bound unless squares of gradients leave the floats.
/// </summary>
public sealed class SweepTests
{
    private const int Steps = 4;

    // Squares, and their sums over some steps, are normal floats between these; state below may be set to 0 where epsilon hides it.
    private const double SmallestSquared = 1e-16;
    private const double LargestSquared = 1e18;

    // So is what a penalty makes of a value.
    private const float SmallestDecayed = 1e-10f;

    // Two of each end, where factors overflow and products underflow, and some between.
    private static readonly float[] s_magnitudes =
        [float.Epsilon, 1e-40f, 1.2e-38f, 1e-30f, 1e-22f, 1e-18f, 1e-10f, 1e-3f, 1, 1e4f, 1e10f, 1e18f, 1e22f, 1e30f, 3e38f];

    private static readonly float[] s_values = [0, .. s_magnitudes, .. s_magnitudes.Select(magnitude => -magnitude)];

    private static readonly float[][] s_gradients =
    [
        .. s_values.SelectMany(g => new float[][] { [g, g, g, g], [g, -g, g, -g], [g, 0, 0, 0], [0, g, -g, 0], [1, g, 1, g] }),
        [3e38f, float.Epsilon, -3e38f, 1], [1, 3e38f, 0, -float.Epsilon], [1e-45f, 1e-30f, 1, 1e20f], [1e18f, 1e-18f, -1e18f, 1e-18f],
        [-3e38f, 3e38f, 3e38f, -3e38f], [1e20f, -1e10f, 1, -1e-10f], [3e38f, 1, 1, 1], [-1e-30f, 1e30f, -1e-30f, 1e30f],
    ];

    [Test]
    public void EveryElementIsFiniteAndRight(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer)
    {
        (float Value, float[] Gradients)[] inputs =
        [
            .. from value in s_values
               from gradients in s_gradients
               where !IsWithoutEpsilon(optimizer.Options) || Array.TrueForAll(gradients, HasSquare)
               select (value, gradients),
        ];
        int stateCount = optimizer.States.Count;
        var arrays = new StepArrays(stateCount, inputs.Length);
        TestData.FillInitial(arrays, optimizer, new Random(0));
        double[] truth = new double[inputs.Length], largest = new double[inputs.Length];
        double[] states = [.. inputs.SelectMany(_ => optimizer.States.Select(state => (double)state.Initial))];
        bool[] isPast = new bool[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            truth[i] = arrays.Values[i] = inputs[i].Value;
            largest[i] = Math.Abs(truth[i]);
        }

        // What small state that is set to 0 would have moved a value by (see Flush).
        double negligible = Math.ScaleB(optimizer.Options.LearningRate, -60) + Math.ScaleB(Steps, -100);
        List<string> failures = [];
        for (int step = 1; step <= Steps; step++)
        {
            for (int i = 0; i < inputs.Length; i++)
                arrays.Gradients[i] = inputs[i].Gradients[step - 1];
            optimizer.Step(arrays.All, step);
            for (int i = 0; i < inputs.Length; i++)
            {
                double before = truth[i];
                truth[i] = optimizer.StepOracle(before, inputs[i].Gradients[step - 1], states.AsSpan(i * stateCount, stateCount), step);
                largest[i] = Math.Max(largest[i], Math.Max(Math.Abs(truth[i]), Math.Abs(truth[i] - before)));
                isPast[i] |= !(largest[i] <= float.MaxValue) || !IsWithinFloats(optimizer, inputs[i].Gradients[step - 1], before)
                    || !AreWithinFloats(optimizer, states.AsSpan(i * stateCount, stateCount));
                if (isPast[i])
                    continue;
                bool isRight = !IsComparable(inputs[i])
                    || Math.Abs(arrays.Values[i] - truth[i]) <= optimizer.Bound.Hundred * Ulp.Of(largest[i]) + negligible;
                if (float.IsFinite(arrays.Values[i]) && isRight)
                    continue;
                isPast[i] = true;
                failures.Add($"{inputs[i].Value:R} by [{string.Join(", ", inputs[i].Gradients)}]: step {step} gives "
                    + $"{arrays.Values[i]:R}, right {truth[i]:R}");
            }
        }

        Assert.That(failures, Is.Empty, string.Join('\n', failures.Take(12)));
    }

    [Test]
    public void EveryParameterIsFiniteAndRight(
        [ValueSource(typeof(ParameterwiseCatalog), nameof(ParameterwiseCatalog.Cases))] ParameterwiseCase optimizer,
        [Values(0, 1, 2, 3)] int mixture)
    {
        Shape shape = [3, 4];
        List<string> failures = [];
        foreach (float value in s_values)
        {
            foreach (float gradient in s_values)
            {
                if (optimizer.Name.StartsWith("Lamb: all", StringComparison.Ordinal) && !HasSquare(gradient))
                    continue; // without epsilon
                var store = new ParameterStore();
                Parameter parameter = store.Add("parameter", shape);
                Optimizer steps = optimizer.Make(store.Parameters);
                Fill(parameter.Values, value, mixture & 1);
                double[] truth = [.. parameter.Values.ToArray()];
                var state = new OracleState();
                for (int step = 1; step <= Steps; step++)
                {
                    Fill(parameter.Gradients, step % 2 == 0 ? -gradient : gradient, mixture & 2);
                    double[] before = [.. truth];
                    optimizer.StepOracle(shape, truth, [.. parameter.Gradients.ToArray()], state, step);
                    if (!truth.All(one => Math.Abs(one) <= float.MaxValue))
                        break;
                    steps.Step();
                    if (parameter.Values.ToArray().All(float.IsFinite))
                        continue;
                    failures.Add($"{value:R} by {gradient:R}, step {step}: [{string.Join(", ", parameter.Values.ToArray())}], "
                        + $"right [{string.Join(", ", truth)}], before [{string.Join(", ", before)}]");
                    break;
                }
            }
        }

        Assert.That(failures, Is.Empty, string.Join('\n', failures.Take(6)));
    }

    // All alike, or one of them alone among others of all sizes.
    private static void Fill(Span<float> destination, float value, int isMixed)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = isMixed == 0 ? value : i == 5 ? value : i % 3 == 0 ? 0 : i % 2 == 0 ? 1e-20f * i : -0.5f;
    }

    // The gradient that a penalty has been added to is what the step works on.
    private static bool IsWithinFloats(OptimizerCase optimizer, float gradient, double value) =>
        optimizer.Options.GetType().GetProperty("WeightDecay")?.GetValue(optimizer.Options) is not double decay
        || Math.Abs(gradient) + decay * Math.Abs(value) <= float.MaxValue;

    // State that is to be had as floats; but squares may be infinite, and what is divided by their root is 0.
    private static bool AreWithinFloats(OptimizerCase optimizer, ReadOnlySpan<double> state)
    {
        for (int i = 0; i < state.Length; i++)
        {
            bool isSquare = optimizer.States[i].Name
                is "exp_avg_sq" or "max_exp_avg_sq" or "exp_avg_var" or "sum" or "square_avg" or "acc_delta";
            if (!isSquare && !(Math.Abs(state[i]) <= float.MaxValue))
                return false;
        }

        return true;
    }

    // Without epsilon a square that is 0 as a float gives NaN or infinity, as in PyTorch.
    private static bool IsWithoutEpsilon(object options) => options.GetType().GetProperty("Epsilon")?.GetValue(options) is 0.0;

    private static bool HasSquare(float gradient) => Math.Abs(gradient) is 0 or >= (float)SmallestSquared;

    private static bool IsComparable((float Value, float[] Gradients) input) =>
        Array.TrueForAll(input.Gradients, g => g == 0 || Math.Abs(g) is >= (float)SmallestSquared and <= (float)LargestSquared)
        && Math.Abs(input.Value) is 0 or (>= SmallestDecayed and <= (float)LargestSquared);
}
