using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Simd;

namespace Engine.Numerics;

/// <summary>The product of two matrices of any strides.</summary>
public static class MatrixProduct
{
    // One panel of the right operand (Depth x two registers) stays in the first-level cache, a block of the left one
    // (BlockRows x Depth, 192 KB) in the second. BlockRows and BlockColumns are multiples of every tile's sides.
    private const int Depth = 256;
    private const int BlockRows = 192;
    private const int BlockColumns = 2048;

    [ThreadStatic]
    private static AlignedBuffer? s_scratch;

    /// <summary>
    /// destination = left * right. Every element is one chain of fused multiply-adds over k ascending, starting from +0:
    /// its bits depend on its row of <paramref name="left"/> and its column of <paramref name="right"/> alone. Infinities and
    /// NaN go the way of that chain, so 0 * NaN is NaN. An empty inner dimension gives zeros.
    /// </summary>
    /// <param name="left">[rows, inner], any strides; a transpose is only a view (<see cref="Matrix.Transpose"/>).</param>
    /// <param name="right">[inner, columns], any strides.</param>
    /// <param name="destination">[rows, columns], any strides, apart from both operands.</param>
    /// <exception cref="ArgumentException">
    /// An operand is not of two dimensions, lengths do not match, or the destination overlaps an operand or itself.
    /// </exception>
    /// <remarks>Allocates a buffer of up to 2.3 MB on a thread's first call and nothing afterwards.</remarks>
    public static void Multiply(
        in ReadOnlyTensorSpan<float> left, in ReadOnlyTensorSpan<float> right, in TensorSpan<float> destination)
    {
        MatrixView a = MatrixView.Of(left);
        MatrixView b = MatrixView.Of(right);
        MatrixView c = MatrixView.Of(destination);
        if (a.Columns != b.Rows)
        {
            throw new ArgumentException(
                $"left is {a.ToString()}, right is {b.ToString()}; the columns of left must be the rows of right.", nameof(right));
        }

        if (c.Rows != a.Rows || c.Columns != b.Columns)
        {
            throw new ArgumentException(
                $"destination is {c.ToString()}; the product of {a.ToString()} and {b.ToString()} is [{a.Rows}, {b.Columns}].", nameof(destination));
        }

        if (c.OverlapsItself)
            throw new ArgumentException("destination has elements that share memory.", nameof(destination));
        Require.Apart(c.Span, a.Span, nameof(destination), nameof(left));
        Require.Apart(c.Span, b.Span, nameof(destination), nameof(right));
        if (c.Rows == 0 || c.Columns == 0)
            return;
        if (a.Columns == 0)
        {
            destination.Clear();
            return;
        }

        var kernel = new Kernel(a, b, c);
        LaneDispatch.Float(ref kernel);
    }

    private readonly ref struct Kernel(MatrixView left, MatrixView right, MatrixView destination) : IFloatKernel
    {
        private readonly MatrixView _left = left;
        private readonly MatrixView _right = right;
        private readonly MatrixView _destination = destination;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            if (TFloat.RegisterCount == 32)
                Run<TFloat, Tile12x2<TFloat>>();
            else
                Run<TFloat, Tile6x2<TFloat>>();
        }

        private void Run<TFloat, TTile>()
            where TFloat : struct, IFloatLane<TFloat>
            where TTile : struct, ITile
        {
            // The transposed product has the same elements, summed in the same order; it is taken where it fills tiles
            // better (few columns), or where only it writes along the destination's rows.
            bool transposed = _destination.ColumnStride != 1 && _destination.RowStride == 1;
            long asGiven = TileElements<TTile>(_destination.Rows, _destination.Columns);
            long swapped = TileElements<TTile>(_destination.Columns, _destination.Rows);
            if (transposed ? asGiven * 5 < swapped * 4 : swapped * 5 < asGiven * 4)
                transposed = !transposed;
            if (transposed)
                Blocks<TFloat, TTile>(_right.Transposed, _left.Transposed, _destination.Transposed);
            else
                Blocks<TFloat, TTile>(_left, _right, _destination);
        }

        private static long TileElements<TTile>(int rows, int columns)
            where TTile : struct, ITile => (long)RoundUp(rows, TTile.Rows) * RoundUp(columns, TTile.Columns);

        private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

        private static void Blocks<TFloat, TTile>(MatrixView a, MatrixView b, MatrixView c)
            where TFloat : struct, IFloatLane<TFloat>
            where TTile : struct, ITile
        {
            int depth = Math.Min(Depth, a.Columns);
            int rightLength = depth * RoundUp(Math.Min(BlockColumns, c.Columns), TTile.Columns);
            int leftLength = depth * RoundUp(Math.Min(BlockRows, c.Rows), TTile.Rows);
            int needed = rightLength + leftLength + TTile.Rows * TTile.Columns;
            if (s_scratch is null || s_scratch.Length < needed)
                s_scratch = new AlignedBuffer(needed);
            ref float packedRight = ref s_scratch.Start;
            ref float packedLeft = ref Unsafe.Add(ref packedRight, rightLength);
            ref float edge = ref Unsafe.Add(ref packedLeft, leftLength);

            for (int column = 0; column < c.Columns; column += BlockColumns)
            {
                int columns = Math.Min(BlockColumns, c.Columns - column);
                for (int k = 0; k < a.Columns; k += Depth)
                {
                    int steps = Math.Min(Depth, a.Columns - k);
                    Packing.Pack<TFloat>(
                        in b.At(k, column), b.ColumnStride, columns, b.RowStride, steps, TTile.Columns, ref packedRight);
                    for (int row = 0; row < c.Rows; row += BlockRows)
                    {
                        int rows = Math.Min(BlockRows, c.Rows - row);
                        Packing.Pack<TFloat>(
                            in a.At(row, k), a.RowStride, rows, a.ColumnStride, steps, TTile.Rows, ref packedLeft);
                        Tiles<TTile>(
                            c, row, rows, column, columns, steps, accumulate: k > 0, ref packedLeft, ref packedRight, ref edge);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Tiles<TTile>(
            MatrixView c,
            int row,
            int rows,
            int column,
            int columns,
            int steps,
            bool accumulate,
            ref float packedLeft,
            ref float packedRight,
            ref float edge)
            where TTile : struct, ITile
        {
            for (int j = 0; j < columns; j += TTile.Columns)
            {
                ref float right = ref Unsafe.Add(ref packedRight, (nint)j * steps);
                int width = Math.Min(TTile.Columns, columns - j);
                for (int i = 0; i < rows; i += TTile.Rows)
                {
                    ref float left = ref Unsafe.Add(ref packedLeft, (nint)i * steps);
                    int height = Math.Min(TTile.Rows, rows - i);
                    ref float target = ref c.At(row + i, column + j);
                    if (height == TTile.Rows && width == TTile.Columns && c.ColumnStride == 1)
                    {
                        TTile.Multiply(steps, ref left, ref right, ref target, c.RowStride, accumulate);
                        continue;
                    }

                    // A tile that is cut off is computed whole beside the destination, by the same arithmetic.
                    if (accumulate)
                        Copy(in target, c.RowStride, c.ColumnStride, ref edge, TTile.Columns, 1, height, width);
                    TTile.Multiply(steps, ref left, ref right, ref edge, TTile.Columns, accumulate);
                    Copy(in edge, TTile.Columns, 1, ref target, c.RowStride, c.ColumnStride, height, width);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Copy(
            ref readonly float source,
            nint sourceRow,
            nint sourceColumn,
            ref float target,
            nint targetRow,
            nint targetColumn,
            int rows,
            int columns)
        {
            ref float from = ref Unsafe.AsRef(in source);
            for (int i = 0; i < rows; i++)
            {
                if (sourceColumn == 1 && targetColumn == 1)
                {
                    MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref from, i * sourceRow), columns)
                        .CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref target, i * targetRow), columns));
                    continue;
                }

                for (int j = 0; j < columns; j++)
                {
                    Unsafe.Add(ref target, i * targetRow + j * targetColumn) =
                        Unsafe.Add(ref from, i * sourceRow + j * sourceColumn);
                }
            }
        }
    }
}
