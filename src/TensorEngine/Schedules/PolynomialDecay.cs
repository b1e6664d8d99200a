using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>
/// Lowers the rate to 0 along a power of the remaining share of the steps, as torch's PolynomialLR.
/// <code>
/// value = initial * (1 - min(step / steps, 1))^power
/// </code>
/// </summary>
/// <param name="steps">
/// The step from which the rate is 0 (torch's total_iters); at least 0. With 0, step 0 has the full rate and every later step 0; torch
/// keeps the full rate.
/// </param>
/// <param name="power">1 for a straight line, more for a curve that falls fast at first; above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
public sealed class PolynomialDecay(long steps, double power = 1) : Schedule
{
    private readonly long _steps = Require.AtLeast(0, steps, nameof(steps));
    private readonly double _power = HyperParameter.Positive(power, nameof(power));

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step)
    {
        if (step == 0)
            return initialRate;
        return step < _steps ? Rates.Scale(initialRate, Scalar.Power((double)(_steps - step) / _steps, _power)) : 0;
    }
}
