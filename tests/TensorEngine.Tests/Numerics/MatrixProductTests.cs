using System.Numerics.Tensors;
using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

public class MatrixProductTests
{
    // Edges of both tiles (12 and 6 rows; 32, 16, 8, 4 and 2 columns), of the blocks (384 deep, 96 rows, 2048 columns) and of what
    // is read where it is (16 K and 64 K floats), and vectors of one side.
    private static readonly (int Rows, int Inner, int Columns)[] s_shapes =
    [
        (1, 1, 1), (1, 7, 1), (5, 3, 2), (6, 4, 16), (7, 5, 17), (12, 8, 32), (13, 9, 33), (24, 16, 31),
        (128, 64, 100), (128, 100, 10), (100, 128, 64), (10, 128, 100), (1, 300, 70), (70, 300, 1), (3, 513, 40), (193, 20, 9), (2, 2, 2050),
        (97, 385, 47), (23, 800, 95), (200, 90, 61), (30, 300, 250), (1, 40, 100), (100, 40, 1), (1, 23, 67), (67, 23, 1), (1, 3, 5), (1, 17, 1),
    ];

    [TestCaseSource(nameof(s_shapes))]
    public void Every_element_is_one_ascending_chain_at_every_width_and_stride((int Rows, int Inner, int Columns) shape)
    {
        (int rows, int inner, int columns) = shape;
        var random = new Random(7);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            for (int layout = 0; layout < 8; layout++)
            {
                var left = new StridedMatrix(rows, inner, (layout & 1) != 0, padding: layout, random);
                var right = new StridedMatrix(inner, columns, (layout & 2) != 0, padding: layout % 3, random);
                var product = new StridedMatrix(rows, columns, (layout & 4) != 0, padding: layout % 2, random);
                MatrixProduct.Multiply(left.Tensor, right.Tensor, product.Tensor);
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        float sum = 0;
                        for (int k = 0; k < inner; k++)
                            sum = MathF.FusedMultiplyAdd(left[i, k], right[k, j], sum);
                        if (!Bits.Same(product[i, j], sum))
                            Assert.Fail($"width {width}, layout {layout}: [{i}, {j}] is {Bits.Show(product[i, j])}, not {Bits.Show(sum)}.");
                    }
                }

                product.AssertNothingElseWritten();

                // Once more on top: the chains go on from where they are.
                var sums = new StridedMatrix(rows, columns, (layout & 4) != 0, padding: layout % 2, random);
                float[,] before = new float[rows, columns];
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                        before[i, j] = sums[i, j];
                }

                MatrixProduct.MultiplyAdd(left.Tensor, right.Tensor, sums.Tensor);
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        float sum = before[i, j];
                        for (int k = 0; k < inner; k++)
                            sum = MathF.FusedMultiplyAdd(left[i, k], right[k, j], sum);
                        if (!Bits.Same(sums[i, j], sum))
                            Assert.Fail($"width {width}, layout {layout}, added: [{i}, {j}] is {Bits.Show(sums[i, j])}, not {Bits.Show(sum)}.");
                    }
                }

                sums.AssertNothingElseWritten();
            }
        }
    }

    [Test]
    public void So_is_it_for_every_small_shape()
    {
        var random = new Random(11);
        float[] left = Values(random, 26 * 5), right = Values(random, 5 * 70);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            for (int rows = 0; rows <= 26; rows++)
            {
                for (int columns = 0; columns <= 70; columns++)
                {
                    float[] product = Multiply(left[..(rows * 5)], right[..(5 * columns)], rows, 5, columns);
                    float[] expected = new float[rows * columns];
                    for (int i = 0; i < expected.Length; i++)
                    {
                        for (int k = 0; k < 5; k++)
                            expected[i] = MathF.FusedMultiplyAdd(left[i / columns * 5 + k], right[k * columns + i % columns], expected[i]);
                    }

                    Bits.AssertSame(product, expected, $"width {width}, {rows} x {columns}");
                }
            }
        }
    }

    [Test]
    public void Matrices_with_gaps_between_all_elements_are_read_and_written_as_they_lie()
    {
        var random = new Random(13);
        const int Rows = 14, Inner = 9, Columns = 21;
        float[] left = Values(random, Rows * Inner * 2), right = Values(random, Inner * Columns * 3), product = new float[Rows * Columns * 2];
        Array.Fill(product, -77);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            MatrixProduct.Multiply(
                new ReadOnlyTensorSpan<float>(left, [Rows, Inner], [Inner * 2, 2]),
                new ReadOnlyTensorSpan<float>(right, [Inner, Columns], [Columns * 3, 3]),
                new TensorSpan<float>(product, [Rows, Columns], [Columns * 2, 2]));
            for (int i = 0; i < product.Length; i++)
            {
                float sum = i % 2 == 1 ? -77 : 0;
                for (int k = 0; k < Inner && i % 2 == 0; k++)
                    sum = MathF.FusedMultiplyAdd(left[i / (Columns * 2) * Inner * 2 + k * 2], right[k * Columns * 3 + i % (Columns * 2) / 2 * 3], sum);
                Assert.That(Bits.Same(product[i], sum), $"width {width}, float {i} is {Bits.Show(product[i])}, not {Bits.Show(sum)}.");
            }
        }
    }

    [Test]
    public void A_row_has_the_same_bits_in_every_batch()
    {
        var random = new Random(3);
        float[] left = Values(random, 250 * 70), right = Values(random, 70 * 40);
        float[] whole = Multiply(left, right, 250, 70, 40);
        foreach (int batch in (int[])[1, 2, 5, 12, 13, 31, 125])
        {
            for (int i = 0; i + batch <= 250; i += batch)
            {
                float[] rows = Multiply(left[(i * 70)..((i + batch) * 70)], right, batch, 70, 40);
                Bits.AssertSame(rows, whole.AsSpan(i * 40, batch * 40), $"rows {i} to {i + batch - 1}");
            }
        }
    }

    [Test, CancelAfter(60_000)]
    public void The_number_of_threads_changes_no_bits()
    {
        var random = new Random(17);
        foreach ((int rows, int inner, int columns) in s_shapes)
        {
            float[] left = Values(random, rows * inner), right = Values(random, inner * columns);
            float[] alone = Multiply(left, right, rows, inner, columns);
            foreach (int threads in (int[])[1, 2, 3, 16])
            {
                using var workers = new Workers(threads) { ShareAll = true };
                Bits.AssertSame(Multiply(left, right, rows, inner, columns, workers), alone, $"{threads} threads, {rows} x {inner} x {columns}");

                // The inner dimension in two parts.
                int half = inner / 2;
                float[] added = new float[alone.Length];
                MatrixProduct.Multiply(
                    new ReadOnlyMatrixSpan(left, rows, half, inner), new(right.AsSpan(0, half * columns), half, columns), new(added, rows, columns), workers);
                MatrixProduct.MultiplyAdd(
                    new ReadOnlyMatrixSpan(left, rows, inner).Slice(0, half, rows, inner - half),
                    new(right.AsSpan(half * columns), inner - half, columns),
                    new(added, rows, columns),
                    workers);
                Bits.AssertSame(added, alone, $"{threads} threads, {rows} x {inner} x {columns} in two parts");
            }
        }
    }

    [Test]
    public void Zero_times_NaN_is_NaN_and_zero_times_infinity_is_NaN()
    {
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            Assert.That(Multiply([0, 1], [float.NaN, 2], 1, 2, 1)[0], Is.NaN);
            Assert.That(Multiply([0, 1], [float.PositiveInfinity, 2], 1, 2, 1)[0], Is.NaN);
            Assert.That(Multiply([1, 1], [float.PositiveInfinity, 2], 1, 2, 1)[0], Is.EqualTo(float.PositiveInfinity));
        }
    }

    [Test]
    public void An_empty_inner_dimension_gives_zeros_and_an_empty_product_nothing()
    {
        float[] operand = [7, 7, 7, 7, 7, 7], product = [1, 2, 3, 4, 5, 6];
        MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(operand, [0, 2]), new ReadOnlyTensorSpan<float>(operand, [2, 3]), new TensorSpan<float>(product, [0, 3]));
        Assert.That(product, Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
        MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(operand, [2, 0]), new ReadOnlyTensorSpan<float>(operand, [0, 3]), new TensorSpan<float>(product, [2, 3]));
        Assert.That(product, Is.All.Zero);
    }

    [TestCase(17, 0)]
    [TestCase(0, 17)]
    [TestCase(0, 0)]
    public void A_transpose_may_have_an_empty_side(int rows, int columns)
    {
        float[] memory = [5];
        ReadOnlyMatrixSpan transposed = new ReadOnlyMatrixSpan(memory.AsSpan(1), rows, columns).Transposed;
        Assert.That((transposed.Rows, transposed.Columns), Is.EqualTo((columns, rows)));
        Assert.That((transposed.Transposed.Rows, transposed.Transposed.Columns), Is.EqualTo((rows, columns)));

        float[] product = [.. Enumerable.Repeat(7f, columns * columns), 7];
        MatrixProduct.Multiply(
            transposed, new ReadOnlyTensorSpan<float>(memory, [rows, columns]), new TensorSpan<float>(product, [columns, columns]));
        Assert.That(product[..^1], Is.All.Zero);
        Assert.That(product[^1], Is.EqualTo(7f));
    }

    [Test]
    public void Nothing_is_allocated_after_the_first_call([Values] bool shared)
    {
        using Workers? workers = shared ? new Workers(2) { ShareAll = true } : null;
        float[] left = new float[300 * 300], product = new float[300 * 300];
        void Multiply() => MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(left, [300, 300]),
            new ReadOnlyMatrixSpan(left, 300, 300).Transposed,
            new MatrixSpan(product, 300, 300),
            workers);
        Multiply();
        long least = long.MaxValue;

        // The runtime makes what a lock needs at its first contention, which comes when it comes; without threads there is none.
        for (int attempt = 0; attempt < (shared ? 20 : 1) && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Multiply();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
    }

    [Test]
    public void Bad_operands_are_named_and_leave_the_destination_alone()
    {
        float[] memory = [.. Enumerable.Repeat(5f, 64)];
        Refusal.OfArgument<ArgumentException>("right", () => Call(2, 3, 4, 2, 2, 2), "[2, 3]");
        Refusal.OfArgument<ArgumentException>("destination", () => Call(2, 3, 3, 4, 4, 2), "[2, 4]");
        Refusal.OfArgument<ArgumentException>("tensor", () => MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(memory, [2, 2, 2]), new ReadOnlyTensorSpan<float>(memory, [2, 2]), new TensorSpan<float>(memory, [2, 2])), "3 dimensions");
        Refusal.OfArgument<ArgumentException>("destination", () => MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(memory, [2, 2]), new ReadOnlyTensorSpan<float>(new float[4], [2, 2]), new TensorSpan<float>(memory.AsSpan(3), [2, 2])), "overlaps left");
        Refusal.OfArgument<ArgumentException>("destination", () => MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(new float[4], [2, 2]), new ReadOnlyTensorSpan<float>(memory, [2, 2]), new TensorSpan<float>(memory.AsSpan(1), [2, 2])), "overlaps right");
        Assert.That(memory, Is.All.EqualTo(5f));

        void Call(int m, int k, int k2, int n, int m3, int n3) => MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(new float[m * k], [m, k]),
            new ReadOnlyTensorSpan<float>(new float[k2 * n], [k2, n]),
            new TensorSpan<float>(memory, [m3, n3]));
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];

    private static float[] Multiply(float[] left, float[] right, int rows, int inner, int columns, Workers? workers = null)
    {
        float[] product = new float[rows * columns];
        MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(left, [rows, inner]),
            new ReadOnlyTensorSpan<float>(right, [inner, columns]),
            new TensorSpan<float>(product, [rows, columns]),
            workers);
        return product;
    }

    /// <summary>A matrix with gaps between its rows, or between its columns if it is stored column by column.</summary>
    private sealed class StridedMatrix
    {
        private const float Gap = -77;
        private readonly float[] _memory;
        private readonly int _rows;
        private readonly int _columns;
        private readonly int _rowStride;
        private readonly int _columnStride;

        public StridedMatrix(int rows, int columns, bool byColumns, int padding, Random random)
        {
            (_rows, _columns) = (rows, columns);
            (_rowStride, _columnStride) = byColumns ? (1, rows + padding) : (columns + padding, 1);
            _memory = new float[(rows - 1) * _rowStride + (columns - 1) * _columnStride + 1];
            Array.Fill(_memory, Gap);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                    _memory[i * _rowStride + j * _columnStride] = random.NextSingle() - 0.5f;
            }
        }

        public TensorSpan<float> Tensor =>
            new(_memory, [_rows, _columns], [_rows == 1 ? 0 : _rowStride, _columns == 1 ? 0 : _columnStride]);

        public float this[int row, int column] => _memory[row * _rowStride + column * _columnStride];

        public void AssertNothingElseWritten()
        {
            int written = _memory.Count(value => value != Gap);
            Assert.That(written, Is.EqualTo(_rows * _columns));
        }
    }
}
