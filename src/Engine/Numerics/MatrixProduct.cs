using System.Numerics.Tensors;
using Engine.Simd;

namespace Engine.Numerics;

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
            if (_destination.Rows == 1 && VectorProduct.TryMultiply<TFloat>(_left, _right, _destination))
                return;
            if (_destination.Columns == 1
                && VectorProduct.TryMultiply<TFloat>(_right.Transposed, _left.Transposed, _destination.Transposed))
            {
                return;
            }

            // The transposed product has the same elements, summed in the same order; it is taken where it fills registers
            // better (few columns), or where only it writes along the destination's rows.
            bool transposed = _destination.ColumnStride != 1 && _destination.RowStride == 1;
            long asGiven = ProductBlocks.Cost<TFloat>(_destination.Rows, _destination.Columns);
            long swapped = ProductBlocks.Cost<TFloat>(_destination.Columns, _destination.Rows);
            if (transposed ? asGiven * 5 < swapped * 4 : swapped * 5 < asGiven * 4)
                transposed = !transposed;
            if (transposed)
                ProductBlocks.Multiply<TFloat>(_right.Transposed, _left.Transposed, _destination.Transposed);
            else
                ProductBlocks.Multiply<TFloat>(_left, _right, _destination);
        }
    }
}
