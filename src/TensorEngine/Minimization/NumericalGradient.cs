namespace TensorEngine.Minimization;

/// <summary>
/// The gradient of a function by differences of its values.
/// <code>
/// g_i = (f(x + h_i) - f(x - h_i)) / 2 h_i,   h_i = 2^-17 max(|x_i|, typical_i)
/// </code>
/// 2^-17 is near the cube root of the precision of doubles, where rounding and curvature do equal harm: about 10 digits of a smooth
/// function are right. Beside a bound, or where the function is not finite on one side, the formula of second order over
/// x, x + h, x + 2 h replaces the central one: g_i = (4 f(x + h) - 3 f(x) - f(x + 2 h)) / 2 h. Not thread-safe.
/// </summary>
public sealed class NumericalGradient
{
    private const double Share = 1.0 / (1 << 17);

    private readonly ObjectiveValue _function;
    private readonly double[] _typical;
    private readonly double[] _point;
    private readonly Bounds? _bounds;

    /// <summary>Prepares differences of a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="typical">
    /// A typical value of each variable, in its unit, for steps where the variable is near 0; where it is 0 itself, the largest
    /// magnitude of the others stands for it, and 1 if all are 0. Copied.
    /// </param>
    /// <param name="bounds">What no call of the function leaves; null for nothing.</param>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="typical"/> is empty, has an element that is not a finite number, or is not as long as the bounds.
    /// </exception>
    public NumericalGradient(ObjectiveValue function, ReadOnlySpan<double> typical, Bounds? bounds = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        StartPoint.Check(typical, bounds, nameof(typical));
        (_function, _bounds) = (function, bounds);
        _typical = DifferenceStep.Typical(typical);
        _point = new double[typical.Length];
    }

    /// <summary>Looked at before each call of the function; once it is cancelled, values are NaN.</summary>
    internal CancellationToken CancellationToken { get; init; }

    /// <summary>Evaluates value and gradient, in 2 n + 1 calls for n variables; an <see cref="Objective"/>.</summary>
    /// <param name="point">Where, as long as the typical values.</param>
    /// <param name="gradient">
    /// Receives the gradient, NaN where the function is not finite around; as long as <paramref name="point"/>.
    /// </param>
    /// <returns>The value. If it is not finite, the gradient is NaN.</returns>
    /// <exception cref="ArgumentException">A length is not that of the typical values.</exception>
    public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient)
    {
        Lengths.Same(point.Length, _typical.Length, nameof(point), "typical");
        Lengths.Same(gradient.Length, _typical.Length, nameof(gradient), "typical");
        point.CopyTo(_point);
        double value = Call();
        if (!double.IsFinite(value))
        {
            gradient.Fill(double.NaN);
            return value;
        }

        for (int i = 0; i < point.Length; i++)
        {
            gradient[i] = Difference(i, point[i], value);
            _point[i] = point[i];
        }

        return value;
    }

    private double Difference(int variable, double x, double value)
    {
        double step = Share * Math.Max(Math.Abs(x), _typical[variable]);
        double least = _bounds is null ? double.NegativeInfinity : _bounds.Lower[variable];
        double most = _bounds is null ? double.PositiveInfinity : _bounds.Upper[variable];
        double above = x + step <= most ? At(variable, x + step) : double.NaN;
        double below = x - step >= least ? At(variable, x - step) : double.NaN;
        if (double.IsFinite(above) && double.IsFinite(below))
            return (above - below) / (x + step - (x - step));

        // One side only, with a step that fits.
        double side = double.IsFinite(above) || !double.IsFinite(below) && most - x >= x - least ? 1 : -1;
        double room = side > 0 ? most - x : x - least;
        step = Math.Min(step, room / 2);
        if (step == 0)
            return 0;
        double first = x + side * step - x, second = x + 2 * side * step - x;
        double nearSlope = (At(variable, x + first) - value) / first, farSlope = (At(variable, x + second) - value) / second;
        // The line through both slopes, at a step of 0.
        return nearSlope + (nearSlope - farSlope) * (first / (second - first));
    }

    private double At(int variable, double x)
    {
        _point[variable] = x;
        return Call();
    }

    private double Call() => CancellationToken.IsCancellationRequested ? double.NaN : _function(_point);
}

/// <summary>Typical values of variables, of which steps for differences are made.</summary>
internal static class DifferenceStep
{
    public static double[] Typical(ReadOnlySpan<double> values)
    {
        double largest = DoubleVector.LargestMagnitude(values);
        double[] typical = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
            typical[i] = values[i] != 0 ? Math.Abs(values[i]) : largest > 0 ? largest : 1;
        return typical;
    }
}

/// <summary>The check of a length.</summary>
internal static class Lengths
{
    public static void Same(int length, int expected, string name, string expectedName)
    {
        if (length != expected)
        {
            throw new ArgumentException(
                $"{name} has {length} elements, {expectedName} has {expected}; they must have the same length.", name);
        }
    }
}
