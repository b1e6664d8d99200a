namespace TensorEngine.Minimization;

/// <summary>
/// Reduces linear least squares to a triangle by Householder's reflections. Matrices lie column by column. Source: Golub and Van Loan,
/// Matrix computations, 1996, section 5.2.
/// </summary>
internal static class HouseholderQr
{
    /// <summary>Turns A and b into Q'A, upper triangular, and Q'b.</summary>
    /// <param name="matrix">A, of at least as many rows as columns; below the diagonal 0 afterwards.</param>
    /// <param name="rows">The length of a column.</param>
    /// <param name="right">b, of <paramref name="rows"/> numbers.</param>
    public static void Triangularize(Span<double> matrix, int rows, Span<double> right)
    {
        int columns = matrix.Length / rows;
        for (int k = 0; k < columns; k++)
        {
            Span<double> reflector = matrix.Slice(k * rows + k, rows - k);
            double length = Math.Sqrt(DoubleVector.Dot(reflector, reflector));
            if (length == 0)
                continue;
            double diagonal = reflector[0] > 0 ? -length : length;
            reflector[0] -= diagonal;
            // v·v / 2, of what has become of the column.
            double half = -diagonal * reflector[0];
            for (int j = k + 1; j < columns; j++)
                Reflect(reflector, half, matrix.Slice(j * rows + k, rows - k));
            Reflect(reflector, half, right[k..]);
            reflector.Clear();
            reflector[0] = diagonal;
        }
    }

    private static void Reflect(ReadOnlySpan<double> reflector, double half, Span<double> vector) =>
        DoubleVector.Move(vector, -DoubleVector.Dot(reflector, vector) / half, reflector, vector);
}
