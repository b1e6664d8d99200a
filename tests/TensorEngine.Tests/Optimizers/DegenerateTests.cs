using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Settings at which the exact result is known, and must come out without the kernels' help.</summary>
public sealed class DegenerateTests
{
    // Prime, so that the gradients' last digits go through everything; 56,000 gradients of either sign.
    private const int Stride = 17_959;

    /// <summary>beta1 = beta2 = epsilon = 0 and a rate of 1: the step is g / |g|.</summary>
    [Test]
    public void AdamWithoutMemoryStepsByTheSign([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width, [Values] bool amsGrad)
    {
        var options = new AdamOptions { LearningRate = 1, Beta1 = 0, Beta2 = 0, Epsilon = 0, AmsGrad = amsGrad };
        uint first = Bits.Of(1e-18f), last = Bits.Of(1e18f);
        float[] magnitudes = [.. Enumerable.Range(0, (int)((last - first) / Stride)).Select(i => Bits.ToFloat(first + (uint)i * Stride)), 1e18f];
        float[] gradients = [.. magnitudes, .. magnitudes.Select(magnitude => -magnitude)];
        float[] values = new float[gradients.Length], m = new float[gradients.Length], v = new float[gradients.Length];

        using (new ForcedWidth(width))
        {
            Adam.Update(options, step: 1, values, gradients, m, v, amsGrad ? new float[gradients.Length] : []);
        }

        float[] expected = [.. gradients.Select(gradient => gradient > 0 ? -1f : 1f)];
        Bits.AssertSame(values, expected, $"{gradients.Length} gradients");
    }

    /// <summary>
    /// A rate of 0 leaves every value as it is, but -0, which becomes +0. A value stays only where exact arithmetic keeps it:
    /// where that is NaN (0 / 0 without epsilon, 0 * infinity from the decay of an infinite value), NaN it must be.
    /// </summary>
    [Test]
    public void ARateOfZeroLeavesTheValues(
        [ValueSource(nameof(CasesThatStandStill))] OptimizerCase optimizer,
        [ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width,
        [Values(0, 0.1)] double weightDecay)
    {
        optimizer = optimizer.With("rate 0", options => (options with { LearningRate = 0 }).WithWeightDecay(weightDecay));
        (float Value, float Gradient)[] inputs = ValuesAndFiniteGradients(optimizer);
        var arrays = new StepArrays(optimizer.States.Count, inputs.Length);
        TestData.FillInitial(arrays, optimizer, new Random(0));
        for (int i = 0; i < inputs.Length; i++)
            (arrays.Values[i], arrays.Gradients[i]) = inputs[i];

        using (new ForcedWidth(width))
            optimizer.Step(arrays.All, step: 1);

        for (int i = 0; i < inputs.Length; i++)
        {
            (float value, float gradient) = inputs[i];
            double[] state = [.. optimizer.States.Select(buffer => (double)buffer.Initial)];
            float expected = double.IsNaN(optimizer.StepOracle(value, gradient, state, step: 1)) ? float.NaN : value;
            if (!Bits.Same(arrays.Values[i], expected))
                Assert.Fail($"{Bits.Show(value)} with gradient {Bits.Show(gradient)} becomes {Bits.Show(arrays.Values[i])}.");
        }
    }

    // Rprop's rate is but the first step size, and there is a smallest one.
    private static IEnumerable<OptimizerCase> CasesThatStandStill() => OptimizerCatalog.Cases.Where(optimizer => optimizer.Options is not RpropOptions);

    private static (float Value, float Gradient)[] ValuesAndFiniteGradients(OptimizerCase optimizer)
    {
        IEnumerable<float> values = FloatSamples.Special.Where(value => Bits.Of(value) != Bits.Of(-0f));
        float[] gradients = [0f, -0f, 1e-18f, -1e-18f, 1e-3f, -1f, 3f, -1e4f, 1e18f, -1e18f];
        bool hasEpsilon = optimizer.Options.GetType().GetProperty("Epsilon")?.GetValue(optimizer.Options) is not 0.0;
        if (hasEpsilon) // the decay adds up to 0.1 * float.MaxValue
            gradients = [.. gradients, float.Epsilon, -float.Epsilon, 1e-38f, -1e-30f, 1e-22f, 1e20f, -1e25f, 1e38f, -1e38f];
        else // the square of a gradient, or of what decay makes one, must not underflow
            values = values.Where(value => Math.Abs(value) is not (> 0 and < 1e-16f));
        return [.. from value in values from gradient in gradients select (value, gradient)];
    }
}
