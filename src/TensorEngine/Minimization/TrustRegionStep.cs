namespace TensorEngine.Minimization;

/// <summary>
/// The step of Levenberg and Marquardt: of all steps whose length is at most a radius, the one that makes the linearized residuals
/// smallest.
/// <code>
/// minimize |r + A z|² + lambda |z|²,   lambda = 0 or such that |z| is the radius
/// z = -V diag(s / (s² + lambda)) U'r,   A = U diag(s) V'
/// </code>
/// A is reduced to a triangle first, and then decomposed. Singular values below 2.2e-16 n times the largest count as 0. All memory is
/// allocated on construction.
/// </summary>
internal sealed class TrustRegionStep
{
    private readonly int _rows;
    private readonly double[] _columns;
    private readonly double[] _right;
    private readonly double[] _shares;
    private readonly JacobiSvd _svd;
    private int _size;
    private double _cut;

    public TrustRegionStep(int residuals, int variables)
    {
        _rows = Math.Max(residuals, variables);
        _columns = new double[_rows * variables];
        _right = new double[_rows];
        _shares = new double[variables];
        _svd = new JacobiSvd(variables);
    }

    /// <summary>Whether a singular value counts as 0.</summary>
    public bool IsSingular { get; private set; }

    /// <summary>Gets a column of the matrix to fill; the elements below the residuals stay 0.</summary>
    public Span<double> Column(int index, int residuals)
    {
        Span<double> column = _columns.AsSpan(index * _rows, _rows);
        column[residuals..].Clear();
        return column[..residuals];
    }

    /// <summary>Decomposes a number of filled columns, for some residuals.</summary>
    public void Prepare(int size, ReadOnlySpan<double> residuals)
    {
        _size = size;
        residuals.CopyTo(_right);
        _right.AsSpan(residuals.Length).Clear();
        HouseholderQr.Triangularize(_columns.AsSpan(0, size * _rows), _rows, _right);
        Span<double> triangle = _svd.Elements(size);
        for (int j = 0; j < size; j++)
            _columns.AsSpan(j * _rows, size).CopyTo(triangle.Slice(j * size, size));
        _svd.Decompose(size);

        double largest = 0;
        foreach (double value in _svd.Values)
            largest = Math.Max(largest, value);
        _cut = DoubleVector.Epsilon * size * largest;
        IsSingular = false;
        for (int i = 0; i < size; i++)
        {
            IsSingular |= !(_svd.Values[i] > _cut);
            // s times U'r.
            _shares[i] = DoubleVector.DotInOrder(_svd.ScaledLeft(i), _right.AsSpan(0, size));
        }
    }

    /// <summary>Finds the step within a radius.</summary>
    /// <returns>Whether it is the whole step, which no radius shortens.</returns>
    public bool Find(double radius, Span<double> step)
    {
        double lambda = Lambda(radius);
        step.Clear();
        for (int i = 0; i < _size; i++)
        {
            if (!(_svd.Values[i] > _cut))
                continue;
            double share = -_shares[i] / (_svd.Values[i] * _svd.Values[i] + lambda);
            DoubleVector.Move(step, share, _svd.Right(i), step);
        }

        return lambda == 0;
    }

    /// <summary>How much less the linearized residuals' squares are after the step within a radius.</summary>
    public double Gain(double radius)
    {
        double lambda = Lambda(radius), gain = 0;
        for (int i = 0; i < _size; i++)
        {
            if (!(_svd.Values[i] > _cut))
                continue;
            double square = _svd.Values[i] * _svd.Values[i], share = _shares[i] / (square + lambda);
            gain += share * share * (square + 2 * lambda);
        }

        return gain;
    }

    /// <summary>An element of the inverse of A'A.</summary>
    public double Inverse(int row, int column)
    {
        double sum = 0;
        for (int i = 0; i < _size; i++)
            sum += _svd.Right(i)[row] / _svd.Values[i] * (_svd.Right(i)[column] / _svd.Values[i]);
        return sum;
    }

    // From the left, where Newton's iteration for 1 / |z| = 1 / radius never goes too far.
    private double Lambda(double radius)
    {
        (double length, double derivative) = Length(0);
        double lambda = 0;
        for (int iteration = 0; length > 1.01 * radius && iteration < 100; iteration++)
        {
            lambda += (length - radius) / radius * (length * length / derivative);
            (length, derivative) = Length(lambda);
        }

        return lambda;
    }

    // |z|, and minus half of the derivative of |z|².
    private (double Length, double Derivative) Length(double lambda)
    {
        double sum = 0, derivative = 0;
        for (int i = 0; i < _size; i++)
        {
            if (!(_svd.Values[i] > _cut))
                continue;
            double divisor = _svd.Values[i] * _svd.Values[i] + lambda, share = _shares[i] / divisor;
            sum += share * share;
            derivative += share * share / divisor;
        }

        return (Math.Sqrt(sum), derivative);
    }
}
