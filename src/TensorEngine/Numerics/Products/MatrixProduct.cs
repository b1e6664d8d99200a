using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <summary>The product of two matrices of any strides.</summary>
public static class MatrixProduct
{
    /// <summary>
    /// destination = left * right. Every element is one chain of fused multiply-adds over k ascending, starting from +0:
    /// its bits depend on its row of <paramref name="left"/> and its column of <paramref name="right"/> alone. Infinities and
    /// NaN go the way of that chain, so 0 * NaN is NaN. An empty inner dimension gives zeros.
    /// </summary>
    /// <param name="left">[rows, inner], any strides; a transpose is only a view (<see cref="Matrix.Transpose"/>).</param>
    /// <param name="right">[inner, columns], any strides.</param>
    /// <param name="destination">
    /// [rows, columns], any strides. It shares no element with the operands: other columns of a matrix that has an operand will do.
    /// </param>
    /// <param name="workers">The threads that share long products, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// An operand is not of two dimensions, lengths do not match, or the destination shares elements with an operand or has
    /// one twice.
    /// </exception>
    /// <remarks>A thread allocates a buffer of up to 3.4 MB the first time that it needs one that large, and nothing afterwards.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        in ReadOnlyTensorSpan<float> left,
        in ReadOnlyTensorSpan<float> right,
        in TensorSpan<float> destination,
        Workers? workers = null)
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
                $"destination is {c.ToString()}; the product of {a.ToString()} and {b.ToString()} is [{a.Rows}, {b.Columns}].",
                nameof(destination));
        }

        if (c.OverlapsItself)
            throw new ArgumentException("destination has elements that share memory.", nameof(destination));
        RequireApart(c, a, nameof(left));
        RequireApart(c, b, nameof(right));
        if (c.Rows == 0 || c.Columns == 0)
            return;
        if (a.Columns == 0)
        {
            destination.Clear();
            return;
        }

        var kernel = new Kernel(a, b, c, workers);
        LaneDispatch.Tile(ref kernel);
    }

    private static void RequireApart(MatrixView destination, MatrixView operand, string name)
    {
        if (MatrixOverlap.Shares(destination, operand))
            throw new ArgumentException($"destination overlaps {name}; they must share no element.", nameof(destination));
    }

    private readonly ref struct Kernel(MatrixView left, MatrixView right, MatrixView destination, Workers? workers) : ITileKernel
    {
        private readonly MatrixView _left = left;
        private readonly MatrixView _right = right;
        private readonly MatrixView _destination = destination;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TFloat>()
            where TFloat : struct, ITileLane<TFloat>
        {
            // The transposed product has the same elements, summed in the same order.
            ProductParts<TFloat> parts = IsBetterTransposed<TFloat>()
                ? new(_right.Transposed, _left.Transposed, _destination.Transposed, workers)
                : new(_left, _right, _destination, workers);
            if (parts.Count == 1)
            {
                parts.Run(0);
            }
            else
            {
                parts.Prepare();
                Workers.Run(workers, ref parts, parts.Count);
            }
        }

        // A column is, so that it becomes a row; so is what fills registers better, having few columns, or is stored by columns.
        private bool IsBetterTransposed<TFloat>()
            where TFloat : struct, ITileLane<TFloat>
        {
            if (_destination.Columns == 1)
                return true;
            if (_destination.Rows == 1)
                return false;
            long asGiven = ProductBlocks.Cost<TFloat>(_destination.Rows, _destination.Columns);
            long transposed = ProductBlocks.Cost<TFloat>(_destination.Columns, _destination.Rows);
            return _destination.ColumnStride != 1 && _destination.RowStride == 1
                ? transposed * 4 <= asGiven * 5
                : transposed * 5 < asGiven * 4;
        }
    }
}
