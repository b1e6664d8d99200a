using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <summary>The product of two matrices of any strides.</summary>
public static partial class MatrixProduct
{
    /// <summary>
    /// destination = left * right. Every element is one chain of fused multiply-adds over k ascending, starting from +0:
    /// its bits depend on its row of <paramref name="left"/> and its column of <paramref name="right"/> alone. Infinities and NaN propagate
    /// through that chain, so 0 * NaN is NaN. An empty inner dimension gives zeros.
    /// </summary>
    /// <param name="left">[rows, inner], any strides; a transpose is only a view (<see cref="ReadOnlyMatrixSpan.Transposed"/>).</param>
    /// <param name="right">[inner, columns], any strides.</param>
    /// <param name="destination">
    /// [rows, columns], any strides. It may not share elements with the operands; other columns of a matrix that contains an operand are
    /// allowed.
    /// </param>
    /// <param name="workers">The threads that share long products, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// Sizes do not match, or the destination shares elements with an operand or contains one twice.
    /// </exception>
    /// <remarks>A thread allocates a buffer of up to 3.4 MB the first time that it needs one of that size, and nothing afterward.</remarks>
    public static void Multiply(
        ReadOnlyMatrixSpan left, ReadOnlyMatrixSpan right, MatrixSpan destination, Workers? workers = null)
    {
        Check(left.View, right.View, destination);
        Run(left.View, right.View, destination, accumulate: false, workers);
    }

    /// <summary>
    /// destination += left * right. The chain of <see cref="Multiply(ReadOnlyMatrixSpan, ReadOnlyMatrixSpan, MatrixSpan, Workers?)"/>
    /// continues from the values of the destination: a product computed in two parts along the inner dimension, with the second one added,
    /// has the bits of the whole product. An empty inner dimension changes nothing.
    /// </summary>
    /// <param name="left">[rows, inner], any strides.</param>
    /// <param name="right">[inner, columns], any strides.</param>
    /// <param name="destination">[rows, columns], any strides. It may not share elements with the operands.</param>
    /// <param name="workers">The threads that share long products, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// Sizes do not match, or the destination shares elements with an operand or contains one twice.
    /// </exception>
    public static void MultiplyAdd(
        ReadOnlyMatrixSpan left, ReadOnlyMatrixSpan right, MatrixSpan destination, Workers? workers = null)
    {
        Check(left.View, right.View, destination);
        Run(left.View, right.View, destination, accumulate: true, workers);
    }

    /// <summary>A product of operands that fit and lie apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(MatrixSpan left, MatrixSpan right, MatrixSpan destination, bool accumulate, Workers? workers)
    {
        if (destination.IsEmpty)
            return;
        if (left.Columns == 0)
        {
            if (!accumulate)
                destination.Clear();
            return;
        }

        var kernel = new Kernel(left, right, destination, accumulate, workers);
        LaneDispatch.Tile(ref kernel);
    }

    private static void Check(MatrixSpan left, MatrixSpan right, MatrixSpan destination)
    {
        RequireFit(left, right, destination);
        if (destination.OverlapsItself)
            throw new ArgumentException("destination has elements that share memory.", nameof(destination));
        RequireApart(destination, left, nameof(left));
        RequireApart(destination, right, nameof(right));
    }

    private static void RequireFit(MatrixSpan left, MatrixSpan right, MatrixSpan destination)
    {
        if (left.Columns != right.Rows)
            ThrowInner(left.ToString(), right.ToString());
        if (destination.Rows != left.Rows || destination.Columns != right.Columns)
            ThrowSides(left.ToString(), right.ToString(), left.Rows, right.Columns, destination.ToString());
    }

    [DoesNotReturn]
    private static void ThrowInner(string left, string right) =>
        throw new ArgumentException($"left is {left}, right is {right}; the columns of left must be the rows of right.", nameof(right));

    [DoesNotReturn]
    private static void ThrowSides(string left, string right, int rows, int columns, string destination) =>
        throw new ArgumentException(
            $"destination is {destination}; the product of {left} and {right} is [{rows}, {columns}].", nameof(destination));

    private static void RequireApart(MatrixSpan destination, MatrixSpan operand, string name)
    {
        if (MatrixOverlap.Shares(destination, operand))
            throw new ArgumentException($"destination overlaps {name}; they must share no element.", nameof(destination));
    }

    private readonly ref struct Kernel(
        MatrixSpan left, MatrixSpan right, MatrixSpan destination, bool accumulate, Workers? workers) : ITileKernel
    {
        private readonly MatrixSpan _left = left;
        private readonly MatrixSpan _right = right;
        private readonly MatrixSpan _destination = destination;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TFloat>()
            where TFloat : struct, ITileLane<TFloat>
        {
            // The transposed product has the same elements, summed in the same order.
            ProductParts<TFloat> parts = IsBetterTransposed<TFloat>(_destination)
                ? new(_right.Transposed, _left.Transposed, _destination.Transposed, accumulate, workers)
                : new(_left, _right, _destination, accumulate, workers);
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
    }

    /// <summary>A product by the calling thread alone, of operands that fit, are not empty and lie apart.</summary>
    internal static void Alone<TFloat>(MatrixSpan left, MatrixSpan right, MatrixSpan destination, bool accumulate)
        where TFloat : struct, ITileLane<TFloat>
    {
        if (IsBetterTransposed<TFloat>(destination))
        {
            MatrixSpan transposed = left.Transposed;
            left = right.Transposed;
            right = transposed;
            destination = destination.Transposed;
        }

        if (destination.Rows > 1 || !VectorProduct.TryMultiply<TFloat>(left, right, destination, accumulate))
            ProductBlocks.Multiply<TFloat>(left, right, destination, accumulate);
    }

    // A column is, so that it becomes a row; so is what fills registers better, having few columns, or is stored by columns.
    private static bool IsBetterTransposed<TFloat>(MatrixSpan destination)
        where TFloat : struct, ITileLane<TFloat>
    {
        if (destination.Columns == 1)
            return true;
        if (destination.Rows == 1)
            return false;
        long asGiven = ProductBlocks.Cost<TFloat>(destination.Rows, destination.Columns);
        long transposed = ProductBlocks.Cost<TFloat>(destination.Columns, destination.Rows);
        return destination.ColumnStride != 1 && destination.RowStride == 1
            ? transposed * 4 <= asGiven * 5
            : transposed * 5 < asGiven * 4;
    }
}
