using NUnit.Framework;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>The padding of a store stays +0 in values, gradients and state, whatever the options make of a zero.</summary>
public sealed class PaddingTests
{
    [Test]
    public void PaddingStaysZero([ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer)
    {
        foreach (OptimizerCase variant in Variants(optimizer))
        {
            foreach (bool zeroGradients in new[] { false, true })
                AssertPaddingStaysZero(variant, zeroGradients);
        }
    }

    private static IEnumerable<OptimizerCase> Variants(OptimizerCase optimizer)
    {
        yield return optimizer;
        yield return optimizer.With("the other direction", options => options with { Maximize = !options.Maximize });
        yield return optimizer.With("rate 0", options => options with { LearningRate = 0 });
        yield return optimizer.With("a rate that overflows", options => (options with { LearningRate = 3e38 }).WithWeightDecay(3e38));
        if (optimizer.Options.GetType().GetProperty("Epsilon") is { } epsilon)
            yield return optimizer.With("epsilon 0", options => options.With(epsilon, 0.0));
    }

    private static void AssertPaddingStaysZero(OptimizerCase optimizer, bool zeroGradients)
    {
        var random = new Random(20240301);
        ParameterStore store = TestStore.Create(random);
        Optimizer steps = optimizer.Make(store.Parameters);
        for (int step = 1; step <= 4; step++)
        {
            if (!zeroGradients)
                TestStore.FillGradients(store, random);
            store.Parameters[2].Trainable = step != 2;

            try
            {
                steps.Step();
            }
            catch (OverflowException) when (optimizer.Options.LearningRate == 3e38)
            {
                // Refused, and nothing has changed.
            }

            foreach (Parameter parameter in store.Parameters)
            {
                foreach ((string where, float[] padding) in TestStore.Padding(parameter, steps))
                    Bits.AssertSame(padding, new float[padding.Length], $"{optimizer}, step {step}: padding of {parameter} in {where}");
            }
        }
    }
}
