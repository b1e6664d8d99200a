using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Losses;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Softmax, its logarithm and cross-entropy with their gradients: PyTorch's recordings, and the same bits everywhere.</summary>
public sealed class SoftmaxFunctionTests
{
    private static readonly (int Rows, int Columns)[] s_sizes =
    [
        (0, 3), (1, 1), (3, 2), (33, 3), (17, 4), (70, 5), (131, 10), (64, 16), (37, 17), (9, 63), (5, 64), (5, 65), (5, 130), (2, 5003), (4100, 3),
    ];

    public delegate void ForwardFunction(ReadOnlyMatrixSpan logits, MatrixSpan output, Workers? workers = null);

    public delegate void GradientFunction(
        ReadOnlyMatrixSpan output,
        ReadOnlyMatrixSpan outputGradient,
        MatrixSpan inputGradient,
        bool accumulate = false,
        Workers? workers = null);

    private static readonly TestCaseData[] s_functions =
    [
        new("softmax", (ForwardFunction)Softmax.Probabilities, (GradientFunction)Softmax.ProbabilitiesGradient),
        new("log_softmax", (ForwardFunction)Softmax.LogProbabilities, (GradientFunction)Softmax.LogProbabilitiesGradient),
    ];

    [TestCaseSource(nameof(s_functions))]
    public void PyTorchsResultsAreMetAndItsNaNAndInfinities(string name, ForwardFunction forward, GradientFunction gradient)
    {
        foreach (RecordedFunction recorded in RecordedFunction.Named(name))
        {
            float[] x = recorded.Inputs[0], y = new float[x.Length], dx = new float[x.Length];
            int columns = recorded.Fields.GetProperty("columns").GetInt32(), rows = x.Length / columns;
            forward(new(x, rows, columns), new(y, rows, columns));
            // The difference of two floats may be beyond the floats; the largest float stands for it.
            recorded.AssertMet(0, y, "output", name is "softmax" ? 1e-3 : 1);
            gradient(new(y, rows, columns), new(recorded.Gradient, rows, columns), new(dx, rows, columns));
            recorded.AssertMet(1, dx, "gradient", 0.5);
        }
    }

    [TestCaseSource(nameof(s_functions))]
    public void TheBitsAreTheSameAtEveryWidthInPlaceAndOnThreads(string name, ForwardFunction forward, GradientFunction gradient)
    {
        foreach ((int rows, int columns) in s_sizes)
        {
            float[] x = Samples(1, rows * columns), g = Samples(2, rows * columns), before = Samples(3, rows * columns);
            float[] expected = new float[x.Length], expectedGradient = new float[x.Length];
            using (new ForcedWidth(1))
            {
                forward(new(x, rows, columns), new(expected, rows, columns));
                gradient(new(expected, rows, columns), new(g, rows, columns), new(expectedGradient, rows, columns));
            }

            float[] sum = [.. before.Zip(expectedGradient, (left, right) => left + right)];
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                Check(null, $"{name}, width {width}, {rows} x {columns}");
            }

            foreach (int threads in (int[])[1, 2, 3, 8, 16])
            {
                using var workers = new Workers(threads) { ShareAll = true };
                Check(workers, $"{name}, {threads} threads, {rows} x {columns}");
            }

            void Check(Workers? workers, string context)
            {
                float[] y = [.. x], dx = [.. g], added = [.. before];
                forward(new(y, rows, columns), new(y, rows, columns), workers);
                Bits.AssertSame(y, expected, $"{context}, in place");
                gradient(new(y, rows, columns), new(dx, rows, columns), new(dx, rows, columns), false, workers);
                Bits.AssertSame(dx, expectedGradient, $"{context}, gradient in place");
                gradient(new(y, rows, columns), new(g, rows, columns), new(added, rows, columns), true, workers);
                Bits.AssertSame(added, sum, $"{context}, gradient added");
            }
        }
    }

    [TestCase(LossReduction.Mean)]
    [TestCase(LossReduction.Sum)]
    public void CrossEntropyIsPyTorchs(LossReduction reduction)
    {
        foreach (RecordedFunction recorded in RecordedFunction.Named(reduction == LossReduction.Mean ? "cross_entropy mean" : "cross_entropy sum"))
        {
            float[] x = recorded.Inputs[0], gradient = new float[x.Length];
            int columns = recorded.Fields.GetProperty("columns").GetInt32(), rows = x.Length / columns;
            int[] labels = [.. recorded.Fields.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())];
            double smoothing = recorded.Fields.GetProperty("smoothing").GetDouble();
            double loss = Softmax.CrossEntropy(new(x, rows, columns), labels, -100, smoothing, reduction, new(gradient, rows, columns));
            recorded.AssertMet(0, [(float)loss], "loss", 1e-3);
            recorded.AssertMet(1, gradient, "gradient", reduction == LossReduction.Mean ? 0.5 / rows : 0.5);
        }
    }

    [Test]
    public void CrossEntropyHasTheSameBitsAtEveryWidthInPlaceAndOnThreads([Values(0, 0.1)] double smoothing)
    {
        foreach ((int rows, int columns) in s_sizes.Where(size => size.Rows > 0))
        {
            var random = new Random(rows);
            float[] x = Samples(1, rows * columns), expected = new float[x.Length];
            int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(5) == 0 ? -7 : random.Next(columns))];
            double loss;
            using (new ForcedWidth(1))
                loss = Run(x, expected, null);
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                float[] actual = [.. x];
                Assert.That(Bits.Same(Run(actual, actual, null), loss), $"width {width}, {rows} x {columns}");
                Bits.AssertSame(actual, expected, $"width {width}, {rows} x {columns}");
            }

            foreach (int threads in (int[])[1, 2, 3, 8, 16])
            {
                using var workers = new Workers(threads) { ShareAll = true };
                float[] actual = new float[x.Length];
                Assert.That(Bits.Same(Run(x, actual, workers), loss), $"{threads} threads, {rows} x {columns}");
                Bits.AssertSame(actual, expected, $"{threads} threads, {rows} x {columns}");
            }

            double Run(float[] from, float[] to, Workers? workers) => Softmax.CrossEntropy(
                new(from, rows, columns), labels, -7, smoothing, LossReduction.Mean, new(to, rows, columns), workers);
        }
    }

    [Test]
    public void WithoutIgnoredRowsAndSmoothingItIsThePlainLossBitForBit()
    {
        float[] x = Samples(5, 131 * 10), plain = new float[x.Length], general = new float[x.Length];
        int[] labels = [.. Enumerable.Range(0, 131).Select(i => i % 10)];
        double loss = Softmax.CrossEntropy(new(x, 131, 10), labels, new(plain, 131, 10));
        Assert.That(
            Softmax.CrossEntropy(new(x, 131, 10), labels, -100, 0, LossReduction.Mean, new(general, 131, 10)), Is.EqualTo(loss));
        Bits.AssertSame(general, plain, $"gradient");

        float[] apart = new float[131 * 12];
        Assert.That(Softmax.CrossEntropy(new(x, 131, 10), labels, new MatrixSpan(apart, 131, 10, 12)), Is.EqualTo(loss));
        Bits.AssertSame(apart.AsSpan(0, 10), plain.AsSpan(0, 10), $"rows with gaps");
    }

    [Test]
    public void WrongArgumentsAreNamedAndNothingIsWritten()
    {
        float[] x = new float[6], target = [9, 9, 9, 9, 9, 9];
        Refusal.OfArgument<ArgumentOutOfRangeException>("labels", () => Run([0, -2], -1, 0, LossReduction.Mean), "labels[1] is -2");
        Refusal.OfArgument<ArgumentOutOfRangeException>("labelSmoothing", () => Run([0, 1], -1, 1.5, LossReduction.Mean), "labelSmoothing is 1.5");
        Refusal.OfArgument<ArgumentOutOfRangeException>("reduction", () => Run([0, 1], -1, 0, (LossReduction)4), "reduction is 4");
        Refusal.OfArgument<ArgumentException>(
            "inputGradient", () => Softmax.ProbabilitiesGradient(new(x, 2, 3), new(x, 2, 3), new(target, 3, 2)), "inputGradient is [3, 2]");
        Refusal.OfArgument<ArgumentException>(
            "inputGradient", () => Softmax.LogProbabilitiesGradient(new(x, 2, 3), new(x, 3, 2), new(target, 2, 3)), "outputGradient is [3, 2]");
        Assert.That(target, Is.All.EqualTo(9f));
        Assert.That(Run([-1, -1], -1, 0, LossReduction.Mean), Is.NaN);
        Assert.That(target, Is.All.Zero);

        double Run(int[] labels, int ignored, double smoothing, LossReduction reduction) =>
            Softmax.CrossEntropy(new(x, 2, 3), labels, ignored, smoothing, reduction, new(target, 2, 3));
    }

    [Test]
    public void ACallAllocatesNothing()
    {
        float[] x = Samples(1, 6000), y = new float[6000];
        int[] labels = new int[600];
        using var workers = new Workers(2) { ShareAll = true };
        for (int i = 0; i < 3; i++)
            Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Call()
        {
            Softmax.LogProbabilities(new(x, 600, 10), new(y, 600, 10), workers);
            Softmax.LogProbabilitiesGradient(new(y, 600, 10), new(x, 600, 10), new(y, 600, 10), true, workers);
            Softmax.CrossEntropy(new(x, 600, 10), labels, -1, 0.1, LossReduction.Mean, new(y, 600, 10), workers);
        }
    }

    private static float[] Samples(int seed, int length)
    {
        float[] samples = new float[length];
        FloatSamples.FillSpread(samples, new Random(seed), -3, 1);
        return samples;
    }
}
