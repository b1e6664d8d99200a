using System.Numerics.Tensors;
using Engine.Numerics;
using Engine.Tests.Support;
using NUnit.Framework;

namespace Engine.Tests.Numerics;

public class MatrixProductTests
{
    // Edges of both tiles (12 and 6 rows; 32, 16, 8 and 2 columns) and of the blocks (256 deep, 192 rows, 2048 columns).
    private static readonly (int Rows, int Inner, int Columns)[] s_shapes =
    [
        (1, 1, 1), (1, 7, 1), (5, 3, 2), (6, 4, 16), (7, 5, 17), (12, 8, 32), (13, 9, 33), (24, 16, 31),
        (128, 64, 100), (128, 100, 10), (100, 128, 64), (10, 128, 100), (1, 300, 70), (70, 300, 1), (3, 513, 40), (193, 20, 9), (2, 2, 2050),
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
            }
        }
    }

    [Test]
    public void A_row_has_the_same_bits_in_every_batch()
    {
        var random = new Random(3);
        float[] left = Values(random, 50 * 70), right = Values(random, 70 * 40);
        float[] whole = Multiply(left, right, 50, 70, 40);
        for (int i = 0; i < 50; i++)
        {
            float[] row = Multiply(left[(i * 70)..((i + 1) * 70)], right, 1, 70, 40);
            Bits.AssertSame(row, whole.AsSpan(i * 40, 40), $"row {i}");
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

    [Test]
    public void Nothing_is_allocated_after_the_first_call()
    {
        float[] left = new float[300 * 300], product = new float[300 * 300];
        void Multiply() => MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(left, [300, 300]),
            Matrix.Transpose(new ReadOnlyTensorSpan<float>(left, [300, 300])),
            new TensorSpan<float>(product, [300, 300]));
        Multiply();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Multiply();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Bad_operands_are_named_and_leave_the_destination_alone()
    {
        float[] memory = [.. Enumerable.Repeat(5f, 64)];
        Refusal.OfArgument<ArgumentException>("right", () => Call(2, 3, 4, 2, 2, 2), "[2, 3]");
        Refusal.OfArgument<ArgumentException>("destination", () => Call(2, 3, 3, 4, 4, 2), "[2, 4]");
        Refusal.OfArgument<ArgumentException>("left", () => MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(memory, [2, 2, 2]), new ReadOnlyTensorSpan<float>(memory, [2, 2]), new TensorSpan<float>(memory, [2, 2])), "3 dimensions");
        Refusal.OfArgument<ArgumentException>("destination", () => MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(memory, [2, 2]), new ReadOnlyTensorSpan<float>(new float[4], [2, 2]), new TensorSpan<float>(memory.AsSpan(3), [2, 2])), "overlaps left");
        Refusal.OfArgument<ArgumentException>("destination", () => MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(new float[4], [2, 2]), new ReadOnlyTensorSpan<float>(memory, [2, 2]), new TensorSpan<float>(memory.AsSpan(1), [2, 2])), "overlaps right");
        Refusal.OfArgument<ArgumentException>("matrix", () => Matrix.Transpose(new ReadOnlyTensorSpan<float>(memory)), "1 dimensions");
        Assert.That(memory, Is.All.EqualTo(5f));

        void Call(int m, int k, int k2, int n, int m3, int n3) => MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(new float[m * k], [m, k]),
            new ReadOnlyTensorSpan<float>(new float[k2 * n], [k2, n]),
            new TensorSpan<float>(memory, [m3, n3]));
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];

    private static float[] Multiply(float[] left, float[] right, int rows, int inner, int columns)
    {
        float[] product = new float[rows * columns];
        MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(left, [rows, inner]),
            new ReadOnlyTensorSpan<float>(right, [inner, columns]),
            new TensorSpan<float>(product, [rows, columns]));
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
