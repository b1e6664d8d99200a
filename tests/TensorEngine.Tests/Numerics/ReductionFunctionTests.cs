using System.Numerics;
using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Dot products, means, variances, norms and extremes: in the documented shape, within the documented error.</summary>
public sealed class ReductionFunctionTests
{
    private static readonly int[] s_lengths = [0, 1, 2, 63, 64, 65, 1000, 4096, 4097, 20_011];
    private static readonly int[] s_threads = [1, 2, 3, 8, 16];

    [Test]
    public void EverySumHasTheDocumentedShapeAtEveryWidthAndOnThreads()
    {
        foreach (int length in s_lengths)
        {
            float[] left = Floats(1, length), right = Floats(2, length);
            double[] wideLeft = Doubles(3, length), wideRight = Doubles(4, length);
            double mean = Sum(left, x => x) / length, wideMean = Sum(wideLeft, x => x) / length;
            double squares = Sum(left, x => (x - mean) * (x - mean)), wideSquares = Sum(wideLeft, x => (x - wideMean) * (x - wideMean));
            double variance = length > 1 ? squares / (length - 1) : double.NaN, wideVariance = length > 0 ? wideSquares / length : double.NaN;
            double[] expected =
            [
                ReductionTests.Shape([.. left.Zip(right, (a, b) => (double)a * b)]), mean, variance, Math.Sqrt(Sum(left, x => x * x)),
                Sum(wideLeft, x => x), Sum(wideLeft, x => x * x),
                ReductionTests.Shape([.. wideLeft.Zip(wideRight, (a, b) => a * b)]), wideMean, wideVariance,
                Math.Sqrt(Sum(wideLeft, x => x * x)),
            ];
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                AssertSame(All(null), expected, $"width {width}, length {length}");
            }

            foreach (int threads in s_threads)
            {
                using var workers = new Workers(threads) { ShareAll = true };
                AssertSame(All(workers), expected, $"{threads} threads, length {length}");
            }

            double[] All(Workers? workers) =>
            [
                Reduction.Dot(left, right, workers), Reduction.Mean(left, workers), Reduction.Variance(left, 1, workers),
                Reduction.Norm(left, workers), Reduction.Sum(wideLeft, workers), Reduction.SquaredNorm(wideLeft, workers),
                Reduction.Dot(wideLeft, wideRight, workers), Reduction.Mean(wideLeft, workers), Reduction.Variance(wideLeft, 0, workers),
                Reduction.Norm(wideLeft, workers),
            ];
        }
    }

    [TestCase(1000)]
    [TestCase(1_000_003)]
    public void ErrorsStayWithinTheDocumentedBound(int length)
    {
        double[] values = Doubles(5, length), other = Doubles(6, length);
        BigInteger sum = 0, magnitudes = 0, product = 0, productMagnitudes = 0;
        for (int i = 0; i < length; i++)
        {
            // Whole numbers, exactly.
            BigInteger left = new(Math.ScaleB(values[i], 80)), right = new(Math.ScaleB(other[i], 80));
            sum += left;
            magnitudes += BigInteger.Abs(left);
            product += left * right;
            productMagnitudes += BigInteger.Abs(left * right);
        }

        double ofSum = Error(Math.ScaleB(Reduction.Sum(values), 80), sum, magnitudes);
        double ofDot = Error(Math.ScaleB(Reduction.Dot(values, other), 160), product, productMagnitudes);
        TestContext.Out.WriteLine($"sum {ofSum:F3}, dot {ofDot:F3}");
        Assert.That(Math.Max(ofSum, ofDot), Is.LessThanOrEqualTo(1));
        Assert.That(
            DocumentedText.Of("T:TensorEngine.Numerics.Reduction"), Does.Contain("at most 80 * 2^-53").And.Contain("1 * 2^-53 as measured"));

        static double Error(double actual, BigInteger exact, BigInteger magnitudes) =>
            (double)BigInteger.Abs(new BigInteger(actual) - exact) / (double)magnitudes * Math.ScaleB(1, 53);
    }

    [Test]
    public void TheVarianceOfLargeNumbersDoesNotCancel()
    {
        float[] values = [.. Enumerable.Range(0, 1001).Select(i => 1e7f + i % 3 - 1)];
        Assert.That(Reduction.Variance(values, 0), Is.EqualTo(2.0 / 3).Within(0.001));
        Assert.That(Reduction.Variance([1f, 3f]), Is.EqualTo(2));
        Assert.That(Reduction.Variance([1f]), Is.NaN);
        Assert.That(Reduction.Mean(ReadOnlySpan<float>.Empty), Is.NaN);
    }

    [Test]
    public void ExtremesAreElementsAndNaNIsNotHidden()
    {
        foreach (int length in s_lengths.Where(length => length > 0))
        {
            float[] values = Floats(7, length);
            double[] wide = [.. values.Select(value => (double)value)];
            using var workers = new Workers(3) { ShareAll = true };
            foreach (Workers? used in new[] { null, workers })
            {
                Assert.That((Reduction.Min(values, used), Reduction.Max(values, used)), Is.EqualTo((values.Min(), values.Max())));
                Assert.That((Reduction.Min(wide, used), Reduction.Max(wide, used)), Is.EqualTo((wide.Min(), wide.Max())));
                values[length / 2] = float.NaN;
                Assert.That((Reduction.Min(values, used), Reduction.Max(values, used)), Is.EqualTo((float.NaN, float.NaN)));
                values[length / 2] = (float)wide[length / 2];
            }
        }

        Assert.That(float.IsNegative(Reduction.Min([0f, -0f])) && !float.IsNegative(Reduction.Max([-0f, 0f])));
        Refusal.OfArgument<ArgumentException>("values", () => Reduction.Max(ReadOnlySpan<float>.Empty), "at least 1");
        Refusal.OfArgument<ArgumentException>("values", () => Reduction.Min(ReadOnlySpan<double>.Empty), "at least 1");
    }

    [Test]
    public void NaNAndInfinitiesComeThroughAndLengthsAreChecked()
    {
        Assert.That(Reduction.Dot([1f, float.NaN], [1f, 0f]), Is.NaN);
        Assert.That(Reduction.Dot([1.0, double.PositiveInfinity], [1, 2]), Is.EqualTo(double.PositiveInfinity));
        Assert.That(Reduction.Norm([3e38f, 3e38f]), Is.EqualTo(3e38f * Math.Sqrt(2)).Within(1e-12).Percent);
        Refusal.OfArgument<ArgumentException>("right", () => Reduction.Dot(new float[2], new float[3]), "right has 3 elements, left has 2");
        Refusal.OfArgument<ArgumentException>("right", () => Reduction.Dot(new double[2], new double[3]), "right has 3 elements, left has 2");
    }

    [Test]
    public void ColumnSumsAreAddedWhereAsked()
    {
        float[] matrix = Floats(8, 35), destination = Floats(9, 7), sums = new float[7];
        float[] before = [.. destination];
        Reduction.ColumnSums(new(matrix, 5, 7), sums);
        Reduction.ColumnSums(new(matrix, 5, 7), destination, accumulate: true);
        Bits.AssertSame(destination, [.. before.Zip(sums, (left, right) => left + right)], $"added");
    }

    private static double Sum<T>(T[] values, Func<double, double> term)
        where T : unmanaged, IConvertible => ReductionTests.Shape([.. values.Select(value => term(value.ToDouble(null)))]);

    private static void AssertSame(double[] actual, double[] expected, string context)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.That(Bits.Same(actual[i], expected[i]), $"{context}, function {i}: {actual[i]:R}, not {expected[i]:R}");
    }

    private static float[] Floats(int seed, int length)
    {
        float[] values = new float[length];
        FloatSamples.FillSpread(values, new Random(seed), -3, 3);
        return values;
    }

    private static double[] Doubles(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.4)];
    }
}
