namespace TensorEngine.Minimization;

/// <summary>
/// Derivatives of several functions by one variable: central differences at shrinking steps, extrapolated by Ridders' method. With
/// single precision the functions see floats, and round their values to them.
/// </summary>
internal sealed class RidderDifferences
{
    private const int Steps = 15;
    private const double Shrink = 2.744;
    private const double SingleEpsilon = 1.0 / (1 << 23);

    private readonly Residuals _functions;
    private readonly int _count;
    private readonly bool _single;
    private readonly double[] _point;
    private readonly double[] _above;
    private readonly double[] _below;
    private readonly double[] _rows;
    private readonly double[] _previousRows;

    public RidderDifferences(Residuals functions, int count, ReadOnlySpan<double> point, bool single)
    {
        (_functions, _count, _single) = (functions, count, single);
        _point = point.ToArray();
        (_above, _below) = (new double[count], new double[count]);
        (_rows, _previousRows) = (new double[count * Steps], new double[count * Steps]);
        (Derivatives, Uncertainties) = (new double[count], new double[count]);
    }

    /// <summary>The derivative of each function; NaN where it is not finite around.</summary>
    public double[] Derivatives { get; }

    /// <summary>How far each may be off.</summary>
    public double[] Uncertainties { get; }

    /// <summary>Differentiates by a variable, beginning with a step.</summary>
    public void Differentiate(int variable, double step)
    {
        double x = _point[variable], epsilon = _single ? SingleEpsilon : DoubleVector.Epsilon;
        Array.Fill(Derivatives, double.NaN);
        Array.Fill(Uncertainties, double.PositiveInfinity);
        for (int row = 0; row < Steps; row++, step /= Shrink)
        {
            _rows.CopyTo(_previousRows, 0);
            double above = _single ? (float)(x + step) : x + step, below = _single ? (float)(x - step) : x - step, width = above - below;
            _point[variable] = above;
            _functions(_point, _above);
            _point[variable] = below;
            _functions(_point, _below);
            for (int i = 0; i < _count; i++)
            {
                double rounding = Math.Max(Math.Abs(_above[i]), Math.Abs(_below[i])) * epsilon / width;
                Extrapolate(i, row, (_above[i] - _below[i]) / width, rounding);
            }
        }

        _point[variable] = x;
    }

    // Neville's scheme in h²: each element of a row takes away the next power.
    private void Extrapolate(int function, int row, double difference, double rounding)
    {
        Span<double> elements = _rows.AsSpan(function * Steps, Steps);
        ReadOnlySpan<double> previous = _previousRows.AsSpan(function * Steps, Steps);
        elements[0] = difference;
        if (double.IsNaN(Derivatives[function]) && double.IsFinite(difference))
            Derivatives[function] = difference;
        double factor = 1;
        for (int k = 1; k <= row; k++)
        {
            factor *= Shrink * Shrink;
            elements[k] = (elements[k - 1] * factor - previous[k - 1]) / (factor - 1);
            double change = Math.Max(Math.Abs(elements[k] - elements[k - 1]), Math.Abs(elements[k] - previous[k - 1])) + rounding;
            if (change < Uncertainties[function])
                (Derivatives[function], Uncertainties[function]) = (elements[k], change);
        }
    }
}
