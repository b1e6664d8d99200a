using System.Diagnostics;

namespace TensorEngine.Numerics.Products;

/// <summary>
/// Computes a symmetric product, such as X * Xᵀ: the part below the diagonal is copied from above it. Both parts are the same chain of
/// the same products, so the bits are those of <see cref="MatrixProduct"/>.
/// </summary>
internal static class SymmetricProduct
{
    // Fewer rows at a time are multiplied more slowly, more of them lie on the diagonal's blocks, of which both halves are computed.
    private const int FewestRows = 128;
    private const int Blocks = 8;
    private const int RowUnit = 32;

    // Squares of this many elements on a side are turned in the first-level cache.
    private const int MirrorSide = 32;
    private const double MirrorNanosecondsPerElement = 0.5;

    /// <summary>destination = left * right.</summary>
    /// <param name="left">[side, inner].</param>
    /// <param name="right">[inner, side]; the product must be symmetric.</param>
    /// <param name="destination">[side, side], apart from the operands.</param>
    /// <param name="workers">The threads that share long products, or null to use the calling thread alone.</param>
    public static void Multiply(ReadOnlyMatrixSpan left, ReadOnlyMatrixSpan right, MatrixSpan destination, Workers? workers)
    {
        int side = destination.Rows;
        Debug.Assert(side == destination.Columns, $"{destination.ToString()} is not symmetric.");
        int block = Math.Max(FewestRows, (side / Blocks + RowUnit - 1) / RowUnit * RowUnit);
        for (int first = 0; first < side; first += block)
        {
            int rows = Math.Min(block, side - first);
            MatrixProduct.Multiply(
                left.Slice(first, 0, rows, left.Columns),
                right.Slice(0, first, right.Rows, side - first),
                destination.Slice(first, first, rows, side - first),
                workers);
        }

        int squares = (side + MirrorSide - 1) / MirrorSide;
        double nanoseconds = MirrorSide * side * MirrorNanosecondsPerElement / 2;
        var mirror = new Mirror(destination, Workers.Divide(workers, squares, nanoseconds, unit: 1));
        if (block < side)
            Workers.Run(workers, ref mirror, mirror.Parts.Count);
    }

    /// <summary>Copies what lies above the diagonal below it, by rows of squares.</summary>
    private readonly ref struct Mirror(MatrixSpan matrix, WorkParts parts) : IWork
    {
        private readonly MatrixSpan _matrix = matrix;

        public WorkParts Parts { get; } = parts;

        public void Run(int part)
        {
            (int first, int count) = Parts.Of(part);
            for (int row = first * MirrorSide; row < Math.Min((first + count) * MirrorSide, _matrix.Rows); row += MirrorSide)
            {
                for (int column = 0; column <= row; column += MirrorSide)
                    Square(row, column);
            }
        }

        private void Square(int row, int column)
        {
            int end = Math.Min(row + MirrorSide, _matrix.Rows);
            for (int i = row; i < end; i++)
            {
                for (int j = column; j < Math.Min(column + MirrorSide, i); j++)
                    _matrix.At(i, j) = _matrix.At(j, i);
            }
        }
    }
}
