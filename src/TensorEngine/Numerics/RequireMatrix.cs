using System.Runtime.CompilerServices;

namespace TensorEngine.Numerics;

/// <summary>The checks of matrices that several files share.</summary>
internal static class RequireMatrix
{
    /// <summary>A vector with an element for every column.</summary>
    public static void Columns(
        ReadOnlySpan<float> vector,
        ReadOnlyMatrixSpan matrix,
        [CallerArgumentExpression(nameof(vector))] string name = "",
        [CallerArgumentExpression(nameof(matrix))] string matrixName = "")
    {
        if (vector.Length != matrix.Columns)
        {
            throw new ArgumentException(
                $"{name} has {vector.Length} elements, {matrixName} is {matrix.ToString()}; {name} must have one for every column.", name);
        }
    }

    /// <summary>Numbers of matrices and their sides, at least 0.</summary>
    public static void Counts(int count, int inner, int rows, int columns)
    {
        Require.AtLeast(0, count, nameof(count));
        Require.AtLeast(0, inner, nameof(inner));
        Require.AtLeast(0, rows, nameof(rows));
        Require.AtLeast(0, columns, nameof(columns));
    }

    /// <summary>Two matrices of the same sides.</summary>
    public static void SameSides(
        ReadOnlyMatrixSpan matrix,
        ReadOnlyMatrixSpan expected,
        [CallerArgumentExpression(nameof(matrix))] string name = "",
        [CallerArgumentExpression(nameof(expected))] string expectedName = "")
    {
        if (matrix.Rows != expected.Rows || matrix.Columns != expected.Columns)
        {
            throw new ArgumentException(
                $"{name} is {matrix.ToString()}, {expectedName} is {expected.ToString()}; they must have the same sides.", name);
        }
    }

    /// <summary>A matrix whose rows lie without gaps inside, as functions of rows read them.</summary>
    public static void ByRows(ReadOnlyMatrixSpan matrix, [CallerArgumentExpression(nameof(matrix))] string name = "")
    {
        if (matrix.ColumnStride != 1 && matrix.Columns > 1)
        {
            throw new ArgumentException(
                $"{name} has the elements of a row {matrix.ColumnStride} floats apart; they must lie side by side.", name);
        }
    }

    /// <summary>A matrix to be written by rows: they lie without gaps inside and do not overlap each other.</summary>
    public static void WritableByRows(MatrixSpan matrix, [CallerArgumentExpression(nameof(matrix))] string name = "")
    {
        ByRows(matrix, name);
        if (matrix.OverlapsItself)
            throw new ArgumentException($"{name} has rows that share memory.", name);
    }

    /// <summary>Two matrices that are the same memory in the same way, or different memory.</summary>
    public static void SameOrApart(
        ReadOnlyMatrixSpan matrix,
        ReadOnlyMatrixSpan other,
        [CallerArgumentExpression(nameof(matrix))] string name = "",
        [CallerArgumentExpression(nameof(other))] string otherName = "")
    {
        Require.SameOrApart(matrix.Span, other.Span, name, otherName);
        if (matrix.RowStride != other.RowStride && matrix.Rows > 1 && matrix.Span.Overlaps(other.Span))
        {
            throw new ArgumentException(
                $"{name} overlaps {otherName} with rows {matrix.RowStride} instead of {other.RowStride} floats apart; they must be the "
                + "same memory or different memory.",
                name);
        }
    }
}
