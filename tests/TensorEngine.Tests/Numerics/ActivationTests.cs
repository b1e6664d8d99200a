using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Sigmoid, tanh, leaky ReLU, softmax: against double arithmetic, within the documented errors, the same bits everywhere.</summary>
public sealed class ActivationTests
{
    private const double SigmoidBound = 2.41;
    // Where a run over every float found the largest error.
    private const float WorstOfSigmoid = -4.157294f;

    private const double SigmoidGradientBound = 1.5;
    private const double TanhBound = 1.34;
    private const double TanhGradientBound = 1.5;
    private const double SoftmaxBound = 3;

    private const string Unary = "(System.ReadOnlySpan{System.Single},System.Span{System.Single},TensorEngine.Workers)";
    private const string Gradient =
        "(System.ReadOnlySpan{System.Single},System.ReadOnlySpan{System.Single},System.Span{System.Single},TensorEngine.Workers)";

    public delegate void UnaryFunction(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null);

    public delegate void GradientFunction(
        ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Workers? workers = null);

    private static readonly TestCaseData[] s_functions =
    [
        Case<UnaryFunction>("sigmoid", Activation.Sigmoid),
        Case<UnaryFunction>("tanh", Activation.Tanh),
        Case<UnaryFunction>("leaky relu", (input, output, workers) => Activation.LeakyRelu(input, 0.3, output, workers)),
        Case<UnaryFunction>("softmax", (input, output, workers) => Softmax.Probabilities(new(input, 1, input.Length), new(output, 1, output.Length), workers)),
    ];

    private static readonly TestCaseData[] s_gradients =
    [
        Case<GradientFunction>("sigmoid", Activation.SigmoidGradient),
        Case<GradientFunction>("tanh", Activation.TanhGradient),
        Case<GradientFunction>(
            "leaky relu",
            (input, outputGradient, inputGradient, workers) =>
                Activation.LeakyReluGradient(input, outputGradient, 0.3, inputGradient, workers)),
    ];

    [Test]
    public void ErrorsStayWithinTheDocumentedBounds()
    {
        AssertWithin(Activation.Sigmoid, x => 1 / (1 + Math.Exp(-x)), SigmoidBound, "Sigmoid");
        AssertWithin(Activation.Tanh, Math.Tanh, TanhBound, "Tanh");
    }

    [Test]
    public void ErrorsOfGradientsStayWithinTheDocumentedBounds()
    {
        AssertGradientWithin(Activation.SigmoidGradient, 0, (y, g) => g * (y * (1 - y)), SigmoidGradientBound, "SigmoidGradient");
        AssertGradientWithin(Activation.TanhGradient, -1, (y, g) => g * (1 - y * y), TanhGradientBound, "TanhGradient");
    }

    [Test]
    public void SpecialValuesGoToTheirLimits([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        float[] x = [float.NegativeInfinity, -1000, -0f, 0f, 1000, float.PositiveInfinity, float.NaN], y = new float[x.Length];
        Activation.Sigmoid(x, y);
        Bits.AssertSame(y, [0, 0, 0.5f, 0.5f, 1, 1, float.NaN], $"sigmoid");
        Activation.Tanh(x, y);
        Bits.AssertSame(y, [-1, -1, -0f, 0f, 1, 1, float.NaN], $"tanh");
        Activation.LeakyRelu(x, 0.5, y);
        Bits.AssertSame(y, [float.NegativeInfinity, -500, -0f, 0f, 1000, float.PositiveInfinity, float.NaN], $"leaky relu");
    }

    [Test]
    public void LeakyReluAndItsGradientAreRoundedOnce()
    {
        float[] x = Samples(1, 1000), g = Samples(2, 1000), y = new float[1000], gradient = new float[1000];
        Activation.LeakyRelu(x, 0.01, y);
        Activation.LeakyReluGradient(x, g, 0.01, gradient);
        Bits.AssertSame(y, [.. x.Select(v => v > 0 ? v : 0.01f * v)], $"leaky relu");
        Bits.AssertSame(gradient, [.. x.Zip(g, (v, d) => v > 0 ? d : 0.01f * d)], $"its gradient");
        Activation.LeakyReluGradient(y, g, 0.01, g);
        Bits.AssertSame(g, gradient, $"of the output, in place");
    }

    [TestCaseSource(nameof(s_functions))]
    public void FunctionsHaveTheSameBitsAtEveryWidthInPlaceAndOnThreads(UnaryFunction function)
    {
        using var workers = new Workers(3) { ShareAll = true };
        float[] input = Samples(3, 5003), expected = new float[input.Length];
        using (new ForcedWidth(1))
            function(input, expected);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            float[] actual = [.. input];
            function(actual, actual);
            Bits.AssertSame(actual, expected, $"width {width}");
            function(input, actual, workers);
            Bits.AssertSame(actual, expected, $"width {width}, three threads");
        }

        function([1], expected.AsSpan(0, 1));
    }

    [TestCaseSource(nameof(s_gradients))]
    public void GradientsHaveTheSameBitsAtEveryWidthInPlaceAndOnThreads(GradientFunction function)
    {
        using var workers = new Workers(3) { ShareAll = true };
        float[] output = Samples(3, 5003), outputGradient = Samples(4, 5003), expected = new float[5003];
        using (new ForcedWidth(1))
            function(output, outputGradient, expected);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            float[] first = [.. output], second = [.. outputGradient];
            function(first, second, first);
            Bits.AssertSame(first, expected, $"width {width}, in place of the output");
            function(output, second, second, workers);
            Bits.AssertSame(second, expected, $"width {width}, in place of the gradient, three threads");
        }
    }

    [TestCase(1, 1, 1.0)]
    [TestCase(50, 3, 10.0)]
    [TestCase(128, 10, 3.0)]
    [TestCase(3, 5000, 100.0)]
    public void ProbabilitiesAreThoseOfDoubleArithmetic(int rows, int classes, double scale)
    {
        var random = new Random(7);
        float[] logits = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)((random.NextDouble() - 0.5) * scale))];
        float[] probabilities = new float[logits.Length], shared = new float[logits.Length];
        using var workers = new Workers(3) { ShareAll = true };

        Softmax.Probabilities(new(logits, rows, classes), new(probabilities, rows, classes));
        Softmax.Probabilities(new(logits, rows, classes), new(shared, rows, classes), workers);

        Bits.AssertSame(shared, probabilities, $"three threads");
        for (int row = 0; row < rows; row++)
        {
            double[] x = [.. logits.Skip(row * classes).Take(classes).Select(v => (double)v)];
            double largest = x.Max(), sum = x.Sum(v => Math.Exp(v - largest));
            for (int i = 0; i < classes; i++)
            {
                double error = Error(probabilities[row * classes + i], Math.Exp(x[i] - largest) / sum);
                Assert.That(error, Is.LessThanOrEqualTo(SoftmaxBound + (largest - x[i])), $"row {row}, class {i}");
            }
        }

        Assert.That(
            DocumentedText.Of("M:TensorEngine.Numerics.Activations.Softmax.Probabilities(TensorEngine.Numerics.ReadOnlyMatrixSpan,TensorEngine.Numerics.MatrixSpan,TensorEngine.Workers)"),
            Does.Contain($"Error at most {SoftmaxBound} + |x - max| ULP"));
    }

    [Test]
    public void ExtremeLogitsHaveProbabilitiesAndNaNIsNotHidden()
    {
        float[] output = new float[3];
        Softmax.Probabilities(new([3e38f, -3e38f, 0], 1, 3), new(output, 1, 3));
        Assert.That(output, Is.EqualTo(new float[] { 1, 0, 0 }));
        Softmax.Probabilities(new([1, float.NegativeInfinity, 1], 1, 3), new(output, 1, 3));
        Assert.That(output, Is.EqualTo(new float[] { 0.5f, 0, 0.5f }));
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity])
        {
            Softmax.Probabilities(new([1, bad, 1], 1, 3), new(output, 1, 3));
            Assert.That(output, Is.All.NaN);
        }

        Softmax.Probabilities(new([], 0, 3), new([], 0, 3));
    }

    [Test]
    public void WrongArgumentsAreNamedAndNothingIsWritten()
    {
        float[] target = [9, 9, 9, 9, 9, 9];
        Refusal.OfArgument<ArgumentException>("output", () => Activation.Sigmoid(new float[5], target), "output has 6 elements, input has 5");
        Refusal.OfArgument<ArgumentException>("output", () => Activation.Tanh(target.AsSpan(0, 4), target.AsSpan(1, 4)), "1 elements apart");
        Refusal.OfArgument<ArgumentException>("outputGradient", () => Activation.SigmoidGradient(new float[6], new float[5], target), "has 5");
        Refusal.OfArgument<ArgumentException>("inputGradient", () => Activation.TanhGradient(new float[5], new float[5], target), "has 6");
        Refusal.OfArgument<ArgumentException>("inputGradient", () => Activation.LeakyReluGradient(new float[5], new float[5], 0, target), "has 6");
        Refusal.OfArgument<ArgumentException>(
            "inputGradient", () => Activation.LeakyReluGradient(target.AsSpan(2), new float[4], 0, target.AsSpan(0, 4)), "overlaps input");
        Refusal.OfArgument<ArgumentOutOfRangeException>(
            "negativeSlope", () => Activation.LeakyRelu(new float[6], double.NaN, target), "negativeSlope is NaN");
        Refusal.OfArgument<ArgumentOutOfRangeException>(
            "negativeSlope", () => Activation.LeakyReluGradient(new float[6], new float[6], 1e39, target), "negativeSlope is 1E+39");
        Refusal.OfArgument<ArgumentException>("logits", () => Softmax.Probabilities(new([], 6, 0), new([], 6, 0)), "[6, 0]", "at least 1 class");
        Refusal.OfArgument<ArgumentException>(
            "logits", () => Softmax.Probabilities(new ReadOnlyMatrixSpan(new float[6], 3, 2).Transposed, new(target, 2, 3)), "2 floats apart");
        Refusal.OfArgument<ArgumentException>(
            "output", () => Softmax.Probabilities(new(new float[4], 1, 4), new(target, 1, 6)), "output is [1, 6], logits is [1, 4]");
        Assert.That(target, Is.All.EqualTo(9f));
    }

    private static void AssertWithin(UnaryFunction function, Func<double, double> exact, double bound, string name)
    {
        // Odd, so that every pattern of low bits comes up.
        const uint Step = 4099;
        const int Chunk = 4096;
        float[] x = new float[Chunk], y = new float[Chunk];
        double worst = 0;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Step * (ulong)Chunk)
        {
            for (uint i = 0; i < Chunk; i++)
                x[i] = i == 0 ? WorstOfSigmoid : Bits.ToFloat((uint)bits + i * Step);
            function(x, y);
            for (int i = 0; i < Chunk; i++)
            {
                Assert.That(float.IsNaN(y[i]), Is.EqualTo(float.IsNaN(x[i])), $"{name} of {Bits.Show(x[i])}");
                worst = float.IsNaN(x[i]) ? worst : Math.Max(worst, Error(y[i], exact(x[i])));
            }
        }

        AssertDocumented(worst, bound, name, Unary);
    }

    private static void AssertGradientWithin(
        GradientFunction function, double least, Func<double, double, double> exact, double bound, string name)
    {
        var random = new Random(8);
        float[] y = new float[1 << 20], g = new float[y.Length], gradient = new float[y.Length];
        FloatSamples.FillSpread(g, random, -3, 3);
        foreach (ref float value in y.AsSpan())
            value = (float)(least + (1 - least) * random.NextDouble());
        function(y, g, gradient);
        double worst = 0;
        for (int i = 0; i < y.Length; i++)
            worst = Math.Max(worst, Error(gradient[i], exact(y[i], g[i])));
        AssertDocumented(worst, bound, name, Gradient);
    }

    private static void AssertDocumented(double worst, double bound, string name, string parameters)
    {
        TestContext.Out.WriteLine($"{name}: largest error {worst:F4} ULP, documented {bound}");
        Assert.That(worst, Is.LessThanOrEqualTo(bound).And.GreaterThan(0.85 * bound), name);
        Assert.That(
            DocumentedText.Of($"M:TensorEngine.Numerics.Activations.Activation.{name}{parameters}"), Does.Contain($"Error at most {bound} ULP"));
    }

    private static double Error(float actual, double exact) =>
        Math.Abs(actual - exact) / Math.Max(Math.ScaleB(1, -149), Math.ScaleB(1, Math.ILogB(exact == 0 ? double.Epsilon : exact) - 23));

    private static float[] Samples(int seed, int length)
    {
        var random = new Random(seed);
        float[] samples = new float[length];
        FloatSamples.FillSpread(samples, random, -5, 2);
        FloatSamples.SprinkleSpecial(samples, random);
        return samples;
    }

    private static TestCaseData Case<TFunction>(string name, TFunction function) => new TestCaseData(function).SetArgDisplayNames(name);
}
