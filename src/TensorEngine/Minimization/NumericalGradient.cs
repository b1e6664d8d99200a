namespace TensorEngine.Minimization;

/// <summary>
/// Computes the gradient of a function from differences of its values.
/// <code>
/// g_i = (f(x + h_i) - f(x - h_i)) / 2 h_i,   h_i = 2^-17 max(|x_i|, typical_i)
/// </code>
/// 2^-17 is near the cube root of the precision of doubles, where rounding and curvature contribute equally to the error: about 10 digits
/// are correct for a smooth function. Next to a bound, or where the function is not finite on one side, the second-order formula over x, x
/// + h, x + 2 h replaces the central one: g_i = (4 f(x + h) - 3 f(x) - f(x + 2 h)) / 2 h. Not thread-safe.
/// </summary>
public sealed class NumericalGradient
{
    private readonly ObjectiveValue _function;
    private readonly NumericalJacobian _differences;
    private readonly double[] _value = new double[1];
    private readonly int _length;

    /// <summary>Creates the numerical gradient of a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="typical">
    /// A typical value of each variable, in its unit, for steps where the variable is near 0. A value of 0 is replaced with the largest
    /// magnitude of the others, or 1 if all are 0. They are copied.
    /// </param>
    /// <param name="bounds">Bounds that no call of the function exceeds, or null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="typical"/> is empty, has an element that is not a finite number, or is not as long as the bounds.
    /// </exception>
    public NumericalGradient(ObjectiveValue function, ReadOnlySpan<double> typical, Bounds? bounds = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        StartPoint.Check(typical, bounds, nameof(typical));
        (_function, _length) = (function, typical.Length);
        _differences = new NumericalJacobian((point, values) => values[0] = Call(point), 1, typical, bounds);
    }

    /// <summary>A token that is checked before each call of the function; after cancellation, values are NaN.</summary>
    internal CancellationToken CancellationToken { get; init; }

    /// <summary>Evaluates value and gradient, in 2 n + 1 calls for n variables; an <see cref="Objective"/>.</summary>
    /// <param name="point">The point, as long as the typical values.</param>
    /// <param name="gradient">
    /// Receives the gradient, NaN where the function is not finite around; as long as <paramref name="point"/>.
    /// </param>
    /// <returns>The value. If it is not finite, the gradient is NaN.</returns>
    /// <exception cref="ArgumentException">A length is not that of the typical values.</exception>
    public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient)
    {
        Lengths.Same(point.Length, _length, nameof(point), "typical");
        Lengths.Same(gradient.Length, _length, nameof(gradient), "typical");
        double value = _value[0] = Call(point);
        if (!double.IsFinite(value))
        {
            gradient.Fill(double.NaN);
            return value;
        }

        for (int i = 0; i < point.Length; i++)
            _differences.Differentiate(point, _value, i, gradient.Slice(i, 1));
        return value;
    }

    private double Call(ReadOnlySpan<double> point) => CancellationToken.IsCancellationRequested ? double.NaN : _function(point);
}
