using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

public class ReductionTests
{
    private static readonly int[] s_lengths = [.. Enumerable.Range(0, 258), 4095, 4096, 4097, 8192, 12289, 20000];

    [TestCase(false)]
    [TestCase(true)]
    public void Sums_have_the_documented_shape_at_every_width_and_alignment(bool squared)
    {
        var random = new Random(11);
        float[] memory = new float[20016];
        FloatSamples.FillSpread(memory, random, -3, 3);
        foreach (int length in s_lengths)
        {
            int start = length % 16;
            ReadOnlySpan<float> values = memory.AsSpan(start, length);
            double[] terms = [.. values.ToArray().Select(value => squared ? (double)value * value : value)];
            double expected = Shape(terms);
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                double actual = squared ? Reduction.SquaredNorm(values) : Reduction.Sum(values);
                Assert.That(Bits.Same(actual, expected), $"width {width}, length {length}: {actual:R}, not {expected:R}");
            }
        }
    }

    [Test]
    public void Finite_elements_never_give_an_infinite_norm() =>
        Assert.That(Reduction.SquaredNorm(Enumerable.Repeat(float.MaxValue, 1000).ToArray()), Is.EqualTo(1000 * Math.Pow(float.MaxValue, 2)).Within(1e-12).Percent);

    [Test]
    public void NaN_and_infinity_come_through()
    {
        Assert.That(Reduction.Sum([1, float.NaN]), Is.NaN);
        Assert.That(Reduction.SquaredNorm([1, float.NegativeInfinity]), Is.EqualTo(double.PositiveInfinity));
        Assert.That(Reduction.Sum(ReadOnlySpan<float>.Empty), Is.Zero);
    }

    [Test]
    public void Column_sums_add_rows_in_order_in_double_at_every_width()
    {
        var random = new Random(12);
        foreach ((int rows, int columns) in new[] { (1, 1), (3, 7), (128, 100), (128, 10), (5, 33), (64, 16), (0, 4), (1000, 3) })
        {
            float[] matrix = new float[rows * columns];
            FloatSamples.FillSpread(matrix, random, -4, 4);
            float[] expected = new float[columns];
            for (int j = 0; j < columns; j++)
            {
                double sum = 0;
                for (int i = 0; i < rows; i++)
                    sum += matrix[i * columns + j];
                expected[j] = (float)sum;
            }

            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                float[] actual = new float[columns + 2];
                Reduction.ColumnSums(new(matrix, rows, columns), actual.AsSpan(1, columns));
                Bits.AssertSame(actual.AsSpan(1, columns), expected, $"width {width}, [{rows}, {columns}]");
                Assert.That((actual[0], actual[^1]), Is.EqualTo((0f, 0f)));
            }
        }
    }

    [Test]
    public void Columns_of_a_transpose_or_of_a_part_are_added_in_the_same_order()
    {
        float[] matrix = new float[40 * 70], expected = new float[70], transposed = new float[70], part = new float[30];
        FloatSamples.FillSpread(matrix, new Random(13), -4, 4);
        float[] turned = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
            turned[i % 70 * 40 + i / 70] = matrix[i];
        Reduction.ColumnSums(new(matrix, 40, 70), expected);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            Reduction.ColumnSums(new ReadOnlyMatrixSpan(turned, 70, 40).Transposed, transposed);
            Bits.AssertSame(transposed, expected, $"width {width}");
            Reduction.ColumnSums(new ReadOnlyMatrixSpan(matrix, 40, 70).Slice(0, 21, 40, 30), part);
            Bits.AssertSame(part, expected.AsSpan(21, 30), $"width {width}, a part");
        }
    }

    [Test]
    public void Columns_that_do_not_divide_the_matrix_are_refused()
    {
        float[] destination = [3, 3, 3];
        ArgumentException? exception = Assert.Throws<ArgumentException>(() => Reduction.ColumnSums(new(new float[10], 5, 2), destination));
        Assert.That(exception!.Message, Does.Contain("matrix is [5, 2]").And.Contain("destination has 3"));
        Assert.That(() => Reduction.ColumnSums(new(new float[10], 5, 2), []), Throws.ArgumentException);
        Assert.That(() => Reduction.ColumnSums(new(destination, 1, 3), destination), Throws.ArgumentException);
        Assert.That(destination, Is.All.EqualTo(3f));
    }

    [TestCase(1)]
    [TestCase(5000)]
    [TestCase(100_001)]
    public void The_clamped_norm_is_the_norm_of_the_clamped_elements(int length)
    {
        using var workers = new Workers(3) { ShareAll = true };
        float[] values = new float[length];
        FloatSamples.FillSpread(values, new Random(11), -3, 3);
        float[] clamped = [.. values.Select(value => Math.Clamp(1.7f * value, -5f, 5f))];

        Assert.That(Reduction.SquaredNormClamped(values, 1.7f, 5f), Is.EqualTo(Reduction.SquaredNorm(clamped)));
        Assert.That(Reduction.SquaredNormClamped(values, 1.7f, 5f, workers), Is.EqualTo(Reduction.SquaredNorm(clamped)));
    }

    [TestCase(3, 1000)]
    [TestCase(100, 7)]
    [TestCase(100, 130)]
    public void Column_sums_have_the_same_bits_on_threads(int rows, int columns)
    {
        using var workers = new Workers(3) { ShareAll = true };
        float[] matrix = new float[rows * columns], expected = new float[columns], actual = new float[columns];
        FloatSamples.FillSpread(matrix, new Random(12), -3, 3);

        Reduction.ColumnSums(new(matrix, rows, columns), expected);
        Reduction.ColumnSums(new(matrix, rows, columns), actual, workers: workers);

        Bits.AssertSame(actual, expected, $"{rows} x {columns}");
    }

    // The shape as the documentation words it, over plain arrays.
    internal static double Shape(double[] terms)
    {
        double[] blocks = [.. terms.Chunk(4096).Select(block =>
        {
            double[] lanes = new double[64];
            for (int i = 0; i < block.Length; i++)
                lanes[i % 64] += block[i];
            return Pairwise(lanes, stride: true);
        })];
        return blocks.Length == 0 ? 0 : Pairwise(blocks, stride: false);
    }

    // Lanes are paired with those half the number away; blocks with their neighbours, the left part a power of two of them.
    private static double Pairwise(double[] terms, bool stride)
    {
        if (terms.Length == 1)
            return terms[0];
        if (stride)
            return Pairwise([.. terms[..(terms.Length / 2)].Zip(terms[(terms.Length / 2)..], (left, right) => left + right)], stride);
        int left = 1;
        while (left * 2 < terms.Length)
            left *= 2;
        return Pairwise(terms[..left], stride) + Pairwise(terms[left..], stride);
    }
}
