namespace TensorEngine.Minimization;

/// <summary>
/// Singular values of small square matrices by one-sided Jacobi rotations: A V = U S. Also small singular values are right to many
/// digits if the columns are of like length. Matrices lie column by column. All memory is allocated on construction.
/// Source: Demmel and Veselic, Jacobi's method is more accurate than QR, 1992.
/// </summary>
internal sealed class JacobiSvd(int capacity)
{
    private const int MaximumSweeps = 60;

    private readonly double[] _scaled = new double[capacity * capacity];
    private readonly double[] _rotations = new double[capacity * capacity];
    private readonly double[] _values = new double[capacity];
    private int _size;

    /// <summary>The singular values, in no order.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, _size);

    /// <summary>The matrix to decompose; afterwards its columns are those of U times their singular values.</summary>
    public Span<double> Elements(int size) => _scaled.AsSpan(0, size * size);

    /// <summary>A column of V.</summary>
    public ReadOnlySpan<double> Right(int index) => _rotations.AsSpan(index * _size, _size);

    /// <summary>A column of U times its singular value.</summary>
    public Span<double> ScaledLeft(int index) => _scaled.AsSpan(index * _size, _size);

    /// <summary>Decomposes what <see cref="Elements"/> holds.</summary>
    public void Decompose(int size)
    {
        _size = size;
        _rotations.AsSpan(0, size * size).Clear();
        for (int i = 0; i < size; i++)
            _rotations[i * size + i] = 1;
        bool rotated = true;
        for (int sweep = 0; rotated && sweep < MaximumSweeps; sweep++)
        {
            rotated = false;
            for (int p = 0; p < size - 1; p++)
            {
                for (int q = p + 1; q < size; q++)
                    rotated |= Rotate(p, q);
            }
        }

        for (int i = 0; i < size; i++)
            _values[i] = Math.Sqrt(DoubleVector.DotInOrder(ScaledLeft(i), ScaledLeft(i)));
    }

    private bool Rotate(int p, int q)
    {
        Span<double> left = ScaledLeft(p), right = ScaledLeft(q);
        double leftSquare = DoubleVector.DotInOrder(left, left), rightSquare = DoubleVector.DotInOrder(right, right);
        double product = DoubleVector.DotInOrder(left, right);
        if (!(Math.Abs(product) > DoubleVector.Epsilon * Math.Sqrt(leftSquare) * Math.Sqrt(rightSquare)))
            return false;
        double ratio = (rightSquare - leftSquare) / (2 * product);
        double tangent = (ratio < 0 ? -1 : 1) / (Math.Abs(ratio) + Math.Sqrt(Math.FusedMultiplyAdd(ratio, ratio, 1)));
        double cosine = 1 / Math.Sqrt(Math.FusedMultiplyAdd(tangent, tangent, 1)), sine = cosine * tangent;
        Rotate(left, right, cosine, sine);
        Rotate(_rotations.AsSpan(p * _size, _size), _rotations.AsSpan(q * _size, _size), cosine, sine);
        return true;
    }

    private static void Rotate(Span<double> left, Span<double> right, double cosine, double sine)
    {
        for (int i = 0; i < left.Length; i++)
        {
            double one = left[i], other = right[i];
            left[i] = Math.FusedMultiplyAdd(cosine, one, -(sine * other));
            right[i] = Math.FusedMultiplyAdd(sine, one, cosine * other);
        }
    }
}
