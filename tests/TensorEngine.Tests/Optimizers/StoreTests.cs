using NUnit.Framework;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>The optimizer objects do to every parameter of a store what the static step does to spans, to the bit.</summary>
public sealed class StoreTests
{
    private const int Steps = 6;

    [Test]
    public void AStoreIsSteppedAsItsParametersAre(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer,
        [ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width) => Compare(optimizer, width, isTrainable: (_, _) => true);

    /// <summary>A frozen parameter keeps values, state and step count, and goes on from there when it is thawed.</summary>
    [Test]
    public void ParametersWithDifferentStepCountsAreSteppedByTheirOwn(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer,
        [ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width) => Compare(
            optimizer,
            width,
            isTrainable: (parameter, step) => parameter switch
            {
                0 => step > 3, // starts late
                2 => step % 2 == 0,
                3 => false,
                5 or 6 => step is < 3 or > 4,
                _ => true,
            });

    private static void Compare(OptimizerCase optimizer, int width, Func<int, int, bool> isTrainable)
    {
        using var _ = new ForcedWidth(width);
        var random = new Random(20240301);
        ParameterStore store = TestStore.Create(random);
        StepArrays[] expected = [.. store.Parameters.Select(parameter => TestStore.Copy(parameter, optimizer))];
        long[] stepCounts = new long[store.Count];
        Optimizer steps = optimizer.Make(store.Parameters);
        Assert.That(steps.StateNames, Is.EqualTo(optimizer.States.Select(state => state.Name)));

        for (int step = 1; step <= Steps; step++)
        {
            TestStore.FillGradients(store, random);
            for (int i = 0; i < store.Count; i++)
            {
                store.Parameters[i].Gradients.CopyTo(expected[i].Gradients);
                store.Parameters[i].Trainable = isTrainable(i, step);
                if (isTrainable(i, step))
                    optimizer.Step(expected[i].All, ++stepCounts[i]);
            }

            steps.Step();

            for (int i = 0; i < store.Count; i++)
                AssertSame(store.Parameters[i], steps, expected[i], stepCounts[i]);
        }
    }

    private static void AssertSame(Parameter parameter, Optimizer actual, StepArrays expected, long stepCount)
    {
        Assert.That(actual.StepCount(parameter), Is.EqualTo(stepCount));
        Bits.AssertSame(parameter.Values, expected.Values, $"values of {parameter} after {stepCount} steps");
        Bits.AssertSame(parameter.Gradients, expected.Gradients, $"gradients of {parameter}");
        for (int i = 0; i < actual.StateNames.Count; i++)
        {
            Span<float> state = actual.State(parameter, actual.StateNames[i]);
            Bits.AssertSame(state, expected[2 + i], $"{actual.StateNames[i]} of {parameter} after {stepCount} steps");
        }
    }
}
