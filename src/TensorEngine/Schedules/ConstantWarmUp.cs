namespace TensorEngine.Schedules;

/// <summary>
/// A constant share of the first value of a schedule, which then starts at its own step 0.
/// <code>
/// step &lt; steps:  value = then.At(initial, 0) * factor
/// otherwise:     value = then.At(initial, step - steps)
/// </code>
/// Equals torch's SequentialLR of a ConstantLR and the schedule, for a schedule whose first value is the initial rate.
/// </summary>
/// <param name="steps">The number of steps with the reduced value; at least 0.</param>
/// <param name="then">The schedule that follows.</param>
/// <param name="factor">The factor of the first value; at least 0.</param>
/// <exception cref="ArgumentNullException"><paramref name="then"/> is null.</exception>
/// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
public sealed class ConstantWarmUp(long steps, Schedule then, double factor = 1.0 / 3) : Schedule
{
    private readonly ConstantStart _start = new(steps, factor);
    private readonly Schedule _then = Require.NotNull(then);
    private readonly long _steps = steps;

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step) =>
        step < _steps ? _start.At(_then.At(initialRate, 0), step) : _then.At(initialRate, step - _steps);
}
