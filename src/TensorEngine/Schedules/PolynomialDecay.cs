using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>
/// Down to 0 along a power of what is left of the way, as torch's PolynomialLR.
/// <code>
/// value = rate * (1 - min(step / steps, 1))^power
/// </code>
/// </summary>
/// <param name="rate">The rate at step 0; at least 0.</param>
/// <param name="steps">From which step on the rate is 0; at least 1.</param>
/// <param name="power">1 for a straight line, more for a curve that falls fast first; above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is not in its range.</exception>
public sealed class PolynomialDecay(double rate, long steps = 5, double power = 1) : Schedule
{
    private readonly double _rate = Require.NonNegative(rate, nameof(rate));
    private readonly long _steps = Require.AtLeast(1, steps, nameof(steps));
    private readonly double _power = Require.Positive(power, nameof(power));

    /// <inheritdoc/>
    protected override double ValueAt(long step) =>
        step < _steps ? _rate * Scalar.Power((double)(_steps - step) / _steps, _power) : 0;
}
