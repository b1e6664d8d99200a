using NUnit.Framework;
using TensorEngine.Numerics.Activations;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Activations and their gradients: within the documented errors of double arithmetic, with the same bits everywhere.</summary>
public sealed class ActivationTests
{
    // Odd, so that every pattern of low bits comes up; the chunk is no multiple of a register.
    private const uint Step = 4099;
    private const int Chunk = 4095;

    // PyTorch loses what is much smaller, for instance in e^x - 1, and the derivatives of some have zeros.
    private const double Negligible = 1e-10;
    private const double NegligibleGradient = 0.05;

    private static readonly IReadOnlyList<ActivationCase> s_cases = ActivationCatalog.All;
    private static readonly int[] s_lengths = [0, 1, 7, 16, 33, 1023, 5003];

    [TestCaseSource(nameof(s_cases))]
    public void ErrorsStayWithinTheDocumentedBound(ActivationCase one)
    {
        float[] x = new float[Chunk], y = new float[Chunk];
        double worst = 0;
        float worstAt = 0;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Step * (ulong)Chunk)
        {
            Fill(x, (uint)bits);
            one.Function(x, y);
            for (int i = 0; i < Chunk; i++)
            {
                if (float.IsNaN(x[i]) || float.IsInfinity(x[i]))
                    continue;
                double error = Math.Max(0, Error(y[i], one.Exact(x[i]), Math.Max(one.Smallest, Math.Abs(one.Exact(x[i])))) - one.Condition(x[i]));
                if (!(error <= worst))
                    (worst, worstAt) = (error, x[i]);
            }
        }

        AssertDocumented(one.Name, worst, worstAt, one.Bound);
    }

    [TestCaseSource(nameof(s_cases))]
    public void ErrorsOfGradientsStayWithinTheDocumentedBound(ActivationCase one)
    {
        var random = new Random(8);
        float[] x = new float[Chunk], g = new float[Chunk], gradient = new float[Chunk];
        double worst = 0;
        float worstAt = 0;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Step * (ulong)Chunk)
        {
            Fill(x, (uint)bits);
            if (one.OfOutput)
                one.Function(x, x);
            FloatSamples.FillSpread(g, random, -3, 0);
            one.Gradient(x, g, gradient);
            for (int i = 0; i < Chunk; i++)
            {
                if (float.IsNaN(x[i]) || float.IsInfinity(x[i]))
                    continue;
                double size = Math.Max(one.Smallest, Math.Abs(g[i] * (one.DerivativeSize ?? one.Derivative)(x[i])));
                double error = Math.Max(0, Error(gradient[i], g[i] * one.Derivative(x[i]), size) - one.Condition(x[i]));
                if (!(error <= worst))
                    (worst, worstAt) = (error, x[i]);
            }
        }

        AssertDocumented(one.Name + "Gradient", worst, worstAt, one.GradientBound);
    }

    [TestCaseSource(nameof(s_cases))]
    public void PyTorchsResultsAreMetAndItsNaNAndInfinities(ActivationCase one)
    {
        RecordedFunction recorded = RecordedFunction.Named(one.Recorded).Single();
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            float[] x = recorded.Inputs[0], y = new float[x.Length], gradient = new float[x.Length];
            one.Function(x, y);
            recorded.AssertMet(0, y, $"width {width}", Negligible);
            one.Gradient(one.OfOutput ? y : x, recorded.Gradient, gradient);
            recorded.AssertMet(1, gradient, $"gradient, width {width}", NegligibleGradient);
        }
    }

    [TestCaseSource(nameof(s_cases))]
    public void FunctionsHaveTheSameBitsAtEveryWidthInPlaceAndOnThreads(ActivationCase one)
    {
        foreach (int length in s_lengths)
        {
            float[] input = Samples(3, length), expected = new float[length];
            using (new ForcedWidth(1))
                one.Function(input, expected);
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                float[] actual = [.. input];
                one.Function(actual, actual);
                Bits.AssertSame(actual, expected, $"width {width}");
            }

            foreach (int threads in (int[])[1, 2, 3, 8, 16])
            {
                using var workers = new Workers(threads) { ShareAll = true };
                float[] actual = new float[length];
                one.Function(input, actual, workers);
                Bits.AssertSame(actual, expected, $"{threads} threads");
            }
        }
    }

    [TestCaseSource(nameof(s_cases))]
    public void GradientsHaveTheSameBitsAtEveryWidthInPlaceAndOnThreads(ActivationCase one)
    {
        foreach (int length in s_lengths)
        {
            float[] saved = Samples(3, length), outputGradient = Samples(4, length), before = Samples(5, length);
            float[] expected = new float[length];
            using (new ForcedWidth(1))
                one.Gradient(saved, outputGradient, expected);
            float[] sum = [.. before.Zip(expected, (left, right) => left + right)];
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                float[] first = [.. saved], second = [.. outputGradient], third = [.. before];
                one.Gradient(first, second, first);
                Bits.AssertSame(first, expected, $"width {width}, in place of what it is made of");
                one.Gradient(saved, second, second);
                Bits.AssertSame(second, expected, $"width {width}, in place of the gradient");
                one.Gradient(saved, outputGradient, third, accumulate: true);
                Bits.AssertSame(third, sum, $"width {width}, added");
            }

            foreach (int threads in (int[])[1, 2, 3, 8, 16])
            {
                using var workers = new Workers(threads) { ShareAll = true };
                float[] actual = new float[length], added = [.. before];
                one.Gradient(saved, outputGradient, actual, accumulate: false, workers);
                Bits.AssertSame(actual, expected, $"{threads} threads");
                one.Gradient(saved, outputGradient, added, accumulate: true, workers);
                Bits.AssertSame(added, sum, $"{threads} threads, added");
            }
        }
    }

    [TestCaseSource(nameof(s_cases))]
    public void WrongSpansAreNamedAndNothingIsWritten(ActivationCase one)
    {
        float[] target = [9, 9, 9, 9, 9, 9];
        Refusal.OfArgument<ArgumentException>("output", () => one.Function(new float[5], target), "output has 6 elements, input has 5");
        Refusal.OfArgument<ArgumentException>("output", () => one.Function(target.AsSpan(0, 4), target.AsSpan(1, 4)), "1 elements apart");
        string saved = one.OfOutput ? "output" : "input";
        foreach (bool accumulate in (bool[])[false, true])
        {
            Refusal.OfArgument<ArgumentException>(
                "outputGradient", () => one.Gradient(new float[6], new float[5], target, accumulate), $"has 5 elements, {saved} has 6");
            Refusal.OfArgument<ArgumentException>(
                "inputGradient", () => one.Gradient(new float[5], new float[5], target, accumulate), $"has 6 elements, {saved} has 5");
            Refusal.OfArgument<ArgumentException>(
                "inputGradient", () => one.Gradient(target.AsSpan(2), new float[4], target.AsSpan(0, 4), accumulate), $"overlaps {saved}");
            Refusal.OfArgument<ArgumentException>(
                "inputGradient",
                () => one.Gradient(new float[4], target.AsSpan(2), target.AsSpan(0, 4), accumulate),
                "overlaps outputGradient");
        }

        Assert.That(target, Is.All.EqualTo(9f));
    }

    [Test]
    public void WrongConstantsAreNamedAndNothingIsWritten()
    {
        float[] x = new float[6], target = [9, 9, 9, 9, 9, 9];
        Refuse("negativeSlope", () => Activation.LeakyRelu(x, double.NaN, target), "negativeSlope is NaN");
        Refuse("negativeSlope", () => Activation.LeakyReluGradient(x, x, 1e39, target), "negativeSlope is 1E+39");
        Refuse("alpha", () => Activation.Elu(x, double.NaN, target), "alpha is NaN");
        Refuse("alpha", () => Activation.EluGradient(x, x, 1e39, target), "alpha is 1E+39");
        Refuse("beta", () => Activation.Softplus(x, 0, 20, target), "beta is 0; it must be at least 1E-37");
        Refuse("beta", () => Activation.SoftplusGradient(x, x, double.NaN, 20, target), "beta is NaN");
        Refuse("threshold", () => Activation.Softplus(x, 1, double.NaN, target), "threshold is NaN");
        Refuse("threshold", () => Activation.SoftplusGradient(x, x, 1, double.PositiveInfinity, target), "threshold is ");
        Assert.That(target, Is.All.EqualTo(9f));

        static void Refuse(string name, Action action, string message) =>
            Refusal.OfArgument<ArgumentOutOfRangeException>(name, action, message);
    }

    [TestCaseSource(nameof(s_cases))]
    public void ACallAllocatesNothing(ActivationCase one)
    {
        float[] x = Samples(1, 5000), g = Samples(2, 5000), y = new float[5000];
        using var workers = new Workers(2) { ShareAll = true };
        for (int i = 0; i < 3; i++)
            Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Call()
        {
            one.Function(x, y, workers);
            one.Gradient(x, g, y, accumulate: false, workers);
            one.Gradient(x, g, y, accumulate: true);
        }
    }

    private static void Fill(float[] x, uint first)
    {
        for (uint i = 0; i < x.Length; i++)
            x[i] = Bits.ToFloat(first + i * Step);
    }

    private static void AssertDocumented(string name, double worst, float worstAt, double bound)
    {
        TestContext.Out.WriteLine($"{name}: largest error {worst:F4} ULP at {worstAt:R}, documented {bound}");
        Assert.That(worst, Is.LessThanOrEqualTo(bound), $"{name} at {worstAt:R}");
        if (bound > 0)
            Assert.That(DocumentedText.OfOnly($"M:TensorEngine.Numerics.Activations.Activation.{name}("), Does.Contain($"rror at most {bound} "));
    }

    private static double Error(float actual, double exact, double size)
    {
        if (Math.Abs(exact) > float.MaxValue)
            return float.IsInfinity(actual) ? 0 : double.PositiveInfinity;
        return Math.Abs(actual - exact)
            / Math.Max(Math.ScaleB(1, -149), Math.ScaleB(1, Math.ILogB(size == 0 ? double.Epsilon : size) - 23));
    }

    private static float[] Samples(int seed, int length)
    {
        var random = new Random(seed);
        float[] samples = new float[length];
        FloatSamples.FillSpread(samples, random, -5, 2);
        FloatSamples.SprinkleSpecial(samples, random);
        return samples;
    }
}
