namespace TensorEngine.Schedules;

/// <summary>
/// A constant share of the rate for the first steps, then the full rate, as torch's ConstantLR.
/// <code>
/// step &lt; steps:  value = initial * factor
/// otherwise:     value = initial
/// </code>
/// </summary>
/// <remarks>
/// With 0 steps the full rate applies immediately; torch, which then never reaches total_iters, keeps the reduced rate forever.
/// </remarks>
/// <param name="steps">The number of steps with the reduced rate (torch's total_iters); at least 0.</param>
/// <param name="factor">The factor of the rate in the first steps; at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
public sealed class ConstantStart(long steps, double factor = 1.0 / 3) : Schedule
{
    private readonly long _steps = Require.AtLeast(0, steps, nameof(steps));
    private readonly double _factor = HyperParameter.NonNegative(factor, nameof(factor));

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step) =>
        step < _steps ? Rates.Scale(initialRate, _factor) : initialRate;
}
