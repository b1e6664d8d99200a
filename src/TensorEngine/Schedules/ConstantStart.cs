namespace TensorEngine.Schedules;

/// <summary>
/// A part of the rate for the first steps, then all of it, as torch's ConstantLR.
/// <code>
/// step &lt; steps:  rate * factor
/// otherwise:     rate
/// </code>
/// </summary>
/// <param name="rate">The rate; at least 0.</param>
/// <param name="factor">What the rate is multiplied with at first; at least 0.</param>
/// <param name="steps">For how many steps; at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is not in its range.</exception>
public sealed class ConstantStart(double rate, double factor = 1.0 / 3, long steps = 5) : Schedule
{
    private readonly double _rate = Require.NonNegative(rate, nameof(rate));
    private readonly double _factor = Require.NonNegative(factor, nameof(factor));
    private readonly long _steps = Require.AtLeast(0, steps, nameof(steps));

    /// <inheritdoc/>
    protected override double ValueAt(long step) => step < _steps ? _rate * _factor : _rate;
}
