namespace TensorEngine.Minimization;

/// <summary>
/// The Jacobian of residuals by differences, with the steps and formulas of <see cref="NumericalGradient"/>. All memory is allocated on
/// construction.
/// </summary>
internal sealed class NumericalJacobian
{
    private const double Share = 1.0 / (1 << 17);

    private readonly Residuals _residuals;
    private readonly Bounds? _bounds;
    private readonly double[] _typical;
    private readonly double[] _point;
    private readonly double[] _above;
    private readonly double[] _below;

    public NumericalJacobian(Residuals residuals, int count, ReadOnlySpan<double> typical, Bounds? bounds)
    {
        (_residuals, _bounds) = (residuals, bounds);
        _typical = DifferenceStep.Typical(typical);
        _point = new double[typical.Length];
        (_above, _below) = (new double[count], new double[count]);
    }

    /// <summary>Differentiates by a variable.</summary>
    /// <param name="point">Where.</param>
    /// <param name="there">The residuals there.</param>
    /// <param name="variable">By which variable.</param>
    /// <param name="column">Receives the derivatives, which are not finite where the residuals are not around.</param>
    public void Differentiate(ReadOnlySpan<double> point, ReadOnlySpan<double> there, int variable, Span<double> column)
    {
        point.CopyTo(_point);
        double x = point[variable], step = Share * Math.Max(Math.Abs(x), _typical[variable]);
        double least = _bounds is null ? double.NegativeInfinity : _bounds.Lower[variable];
        double most = _bounds is null ? double.PositiveInfinity : _bounds.Upper[variable];
        bool isAbove = x + step <= most && Evaluate(variable, x + step, _above);
        bool isBelow = x - step >= least && Evaluate(variable, x - step, _below);
        if (isAbove && isBelow)
        {
            double width = x + step - (x - step);
            for (int i = 0; i < column.Length; i++)
                column[i] = (_above[i] - _below[i]) / width;
            return;
        }

        // One side only, with a step that fits.
        double side = isAbove || (!isBelow && most - x >= x - least) ? 1 : -1;
        step = Math.Min(step, (side > 0 ? most - x : x - least) / 2);
        if (step == 0)
        {
            column.Clear();
            return;
        }

        double first = x + side * step - x, second = x + 2 * side * step - x;
        _ = Evaluate(variable, x + first, _above);
        _ = Evaluate(variable, x + second, _below);
        for (int i = 0; i < column.Length; i++)
        {
            double near = (_above[i] - there[i]) / first, far = (_below[i] - there[i]) / second;
            column[i] = near + (near - far) * (first / (second - first));
        }
    }

    private bool Evaluate(int variable, double x, double[] residuals)
    {
        _point[variable] = x;
        _residuals(_point, residuals);
        return double.IsFinite(DoubleVector.LargestMagnitude(residuals));
    }
}
