using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Numerics.Products;

/// <summary>
/// Determines whether two matrices share an element. Overlapping ranges of memory are not enough: the left and the right half of a matrix
/// share none.
/// </summary>
internal static class MatrixOverlap
{
    /// <summary>Compares element for element where the stretches of memory cross.</summary>
    /// <param name="matrix">A matrix that does not overlap itself.</param>
    /// <param name="other">Any matrix.</param>
    public static bool Shares(MatrixSpan matrix, MatrixSpan other)
    {
        Span<float> memory = matrix.Span, otherMemory = other.Span;
        if (!memory.Overlaps(otherMemory))
            return false;
        nint bytes = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(memory), ref MemoryMarshal.GetReference(otherMemory));
        if (bytes % sizeof(float) != 0)
            return true;
        nint offset = bytes / sizeof(float);
        MatrixSpan lattice = ByRows(matrix), walked = ByRows(other);
        if (walked.ColumnStride > 1 && walked.Columns > 1)
            return SharesElement(lattice, walked, offset);

        // Rows without gaps are looked at as a whole.
        for (int row = 0; row < walked.Rows; row++)
        {
            if (SharesStretch(lattice, offset + row * walked.RowStride, walked.ColumnStride == 0 ? 1 : walked.Columns))
                return true;
        }

        return false;
    }

    // What lies further apart are the rows; a single row is a column.
    private static MatrixSpan ByRows(MatrixSpan matrix) =>
        matrix.Rows == 1 || (matrix.Columns > 1 && matrix.RowStride < matrix.ColumnStride) ? matrix.Transposed : matrix;

    private static bool SharesElement(MatrixSpan lattice, MatrixSpan other, nint offset)
    {
        for (int row = 0; row < other.Rows; row++)
        {
            for (int column = 0; column < other.Columns; column++)
            {
                if (SharesStretch(lattice, offset + row * other.RowStride + column * other.ColumnStride, length: 1))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether an element of the matrix is among <paramref name="length"/> floats from a place on.</summary>
    private static bool SharesStretch(MatrixSpan lattice, nint start, int length)
    {
        nint end = start + length;
        int columns = lattice.Columns;
        nint columnStride = columns == 1 ? 1 : lattice.ColumnStride, width = 1 + (columns - 1) * columnStride;

        // The rows that begin before the end of the stretch and end behind its start: one or two, unless the stretch is long.
        nint first = Math.Max(0, Floor(start - width, lattice.RowStride) + 1);
        nint last = Math.Min(lattice.Rows - 1, Floor(end - 1, lattice.RowStride));
        for (nint row = first; row <= last; row++)
        {
            nint origin = row * lattice.RowStride;
            nint column = Math.Max(0, Floor(start - origin - 1, columnStride) + 1);
            if (column < columns && origin + column * columnStride < end)
                return true;
        }

        return false;
    }

    private static nint Floor(nint dividend, nint divisor) =>
        dividend >= 0 ? dividend / divisor : -((divisor - 1 - dividend) / divisor);
}
