using TensorEngine.Compression;

namespace TensorEngine.Numerics.Products;

/// <content>
/// Products whose right operand has numbers of 16 bits: it is widened block by block, into memory that stays in the caches.
/// </content>
public static partial class MatrixProduct
{
    // What a product goes through at a time of the inner dimension, and of the columns: 768 KB of floats.
    private const int HalfDepth = 384;
    private const int HalfColumns = 512;

    [ThreadStatic]
    private static AlignedBuffer? s_widened;

    /// <summary>
    /// destination = left * right, with the bits that the product has with <paramref name="right"/> as floats
    /// (<see cref="Multiply(ReadOnlyMatrixSpan, ReadOnlyMatrixSpan, MatrixSpan, Workers?)"/>).
    /// </summary>
    /// <param name="left">[rows, inner], any strides.</param>
    /// <param name="right">[inner, columns], or the transpose of such a one.</param>
    /// <param name="destination">[rows, columns], any strides. It shares no memory with the operands.</param>
    /// <param name="workers">The threads that share long products, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// Sides do not match, or the destination shares memory with an operand or has an element twice.
    /// </exception>
    /// <remarks>A thread allocates 768 KB the first time, beside what a product of floats takes, and nothing afterwards.</remarks>
    public static void MultiplyBFloat16(
        ReadOnlyMatrixSpan left, BFloat16MatrixSpan right, MatrixSpan destination, Workers? workers = null)
    {
        CheckHalves(left.View, right, destination);
        RunHalves(left.View, right, destination, accumulate: false, workers);
    }

    /// <summary>destination += left * right, likewise.</summary>
    /// <param name="left">[rows, inner], any strides.</param>
    /// <param name="right">[inner, columns], or the transpose of such a one.</param>
    /// <param name="destination">[rows, columns], any strides. It shares no memory with the operands.</param>
    /// <param name="workers">The threads that share long products, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// Sides do not match, or the destination shares memory with an operand or has an element twice.
    /// </exception>
    public static void MultiplyAddBFloat16(
        ReadOnlyMatrixSpan left, BFloat16MatrixSpan right, MatrixSpan destination, Workers? workers = null)
    {
        CheckHalves(left.View, right, destination);
        RunHalves(left.View, right, destination, accumulate: true, workers);
    }

    private static void CheckHalves(MatrixSpan left, BFloat16MatrixSpan right, MatrixSpan destination)
    {
        if (left.Columns != right.Rows)
            ThrowInner(left.ToString(), right.ToString());
        if (destination.Rows != left.Rows || destination.Columns != right.Columns)
            ThrowSides(left.ToString(), right.ToString(), left.Rows, right.Columns, destination.ToString());
        if (destination.OverlapsItself)
            throw new ArgumentException("destination has elements that share memory.", nameof(destination));
        RequireApart(destination, left, nameof(left));
        Require.Apart(right.Elements, destination.Span, nameof(destination), nameof(right));
    }

    // The sums of an element go on from block to block in their order, as those of a product of floats do.
    private static void RunHalves(MatrixSpan left, BFloat16MatrixSpan right, MatrixSpan destination, bool accumulate, Workers? workers)
    {
        if (destination.IsEmpty)
            return;
        if (left.Columns == 0)
        {
            Run(left, new MatrixSpan(ref destination.At(0, 0), 0, destination.Columns, 1), destination, accumulate, workers);
            return;
        }

        s_widened ??= new AlignedBuffer(HalfDepth * HalfColumns);
        for (int column = 0; column < right.Columns; column += HalfColumns)
        {
            int columns = Math.Min(HalfColumns, right.Columns - column);
            for (int k = 0; k < right.Rows; k += HalfDepth)
            {
                int depth = Math.Min(HalfDepth, right.Rows - k);
                Run(
                    left.Block(0, k, left.Rows, depth),
                    Widened(right, k, column, depth, columns, s_widened.Span),
                    destination.Block(0, column, destination.Rows, columns),
                    accumulate || k > 0,
                    workers);
            }
        }
    }

    // Row by row as they lie, whichever are the rows.
    private static MatrixSpan Widened(
        BFloat16MatrixSpan right, int row, int column, int rows, int columns, Span<float> memory)
    {
        if (right.IsTransposed)
            return Widened(right.Transposed, column, row, columns, rows, memory).Transposed;
        for (int i = 0; i < rows; i++)
            BFloat16.Widen(right.Elements.Slice((row + i) * right.Columns + column, columns), memory.Slice(i * columns, columns));
        return new MatrixSpan(memory[..(rows * columns)], rows, columns);
    }
}
