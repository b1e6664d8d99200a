using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <content>Products of many matrices.</content>
public static partial class MatrixProduct
{
    /// <summary>
    /// destination[i] = left[i] * right[i] for every matrix, each in the order of
    /// <see cref="Multiply(ReadOnlyMatrixSpan, ReadOnlyMatrixSpan, MatrixSpan, Workers?)"/>.
    /// </summary>
    /// <param name="left">Matrices of [rows, inner], any strides.</param>
    /// <param name="right">As many of [inner, columns], any strides; with strides of 0 they are one and the same.</param>
    /// <param name="destination">As many of [rows, columns], in memory between whose ends no operand lies.</param>
    /// <param name="workers">The threads that share long products, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// Numbers or sizes do not match, or the destination contains an element twice or overlaps an operand.
    /// </exception>
    public static void MultiplyBatch(
        ReadOnlyMatrixBatchSpan left, ReadOnlyMatrixBatchSpan right, MatrixBatchSpan destination, Workers? workers = null) =>
        Run(left.View, right.View, destination, accumulate: false, workers);

    /// <summary>
    /// destination[i] += left[i] * right[i] for every matrix, each in the order of
    /// <see cref="MultiplyAdd(ReadOnlyMatrixSpan, ReadOnlyMatrixSpan, MatrixSpan, Workers?)"/>.
    /// </summary>
    /// <param name="left">Matrices of [rows, inner], any strides.</param>
    /// <param name="right">As many of [inner, columns], any strides; with strides of 0 they are one and the same.</param>
    /// <param name="destination">As many of [rows, columns], in memory between whose ends no operand lies.</param>
    /// <param name="workers">The threads that share long products, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// Numbers or sizes do not match, or the destination contains an element twice or overlaps an operand.
    /// </exception>
    public static void MultiplyAddBatch(
        ReadOnlyMatrixBatchSpan left, ReadOnlyMatrixBatchSpan right, MatrixBatchSpan destination, Workers? workers = null) =>
        Run(left.View, right.View, destination, accumulate: true, workers);

    private static void Run(MatrixBatchSpan left, MatrixBatchSpan right, MatrixBatchSpan destination, bool accumulate, Workers? workers)
    {
        if (right.Count != left.Count)
        {
            throw new ArgumentException(
                $"right is {right.ToString()}, left is {left.ToString()}; they must have the same number of matrices.", nameof(right));
        }

        if (destination.Count != left.Count)
        {
            throw new ArgumentException(
                $"destination is {destination.ToString()}, left is {left.ToString()}; they must have the same number of matrices.",
                nameof(destination));
        }

        if (destination.Count == 0)
            return;
        RequireFit(left.At(0), right.At(0), destination.At(0));
        if (destination.MayOverlapItself)
            throw new ArgumentException("destination has elements that share memory.", nameof(destination));
        Require.Apart(destination.Span, left.Span, nameof(destination), nameof(left));
        Require.Apart(destination.Span, right.Span, nameof(destination), nameof(right));

        double multiplications = (double)destination.Rows * destination.Columns * left.Columns;
        WorkParts parts = Workers.Divide(
            workers, destination.Count, multiplications / ProductParts<FloatLane1>.MultiplicationsPerNanosecond + 1, unit: 1);
        // Few large matrices are shared one by one.
        if (parts.Count == 1 || (workers is not null && destination.Count < workers.ThreadCount))
        {
            for (int i = 0; i < destination.Count; i++)
                Run(left.At(i), right.At(i), destination.At(i), accumulate, workers);
            return;
        }

        var batch = new Batch(left, right, destination, accumulate, parts);
        Workers.Run(workers, ref batch, parts.Count);
    }

    private readonly ref struct Batch(
        MatrixBatchSpan left, MatrixBatchSpan right, MatrixBatchSpan destination, bool accumulate, WorkParts parts) : IWork
    {
        private readonly MatrixBatchSpan _left = left;
        private readonly MatrixBatchSpan _right = right;
        private readonly MatrixBatchSpan _destination = destination;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            for (int i = first; i < first + count; i++)
                MatrixProduct.Run(_left.At(i), _right.At(i), _destination.At(i), accumulate, workers: null);
        }
    }
}
