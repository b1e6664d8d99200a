namespace TensorEngine.Schedules;

/// <summary>
/// A ramp up to the first value of a schedule, which then starts at its own step 0.
/// <code>
/// step &lt; steps:  value = then.At(initial, 0) * (startFactor * (1 - step / steps) + step / steps)
/// otherwise:     value = then.At(initial, step - steps)
/// </code>
/// Equals torch's SequentialLR of a LinearLR and the schedule, for a schedule whose first value is the initial rate. For a ramp that runs
/// concurrently with the schedule, use <see cref="ChainedSchedule"/> with a <see cref="LinearRamp"/>.
/// </summary>
/// <param name="steps">The length of the ramp; at least 0.</param>
/// <param name="then">The schedule that follows.</param>
/// <param name="startFactor">The factor of the first value at step 0; at least 0.</param>
/// <exception cref="ArgumentNullException"><paramref name="then"/> is null.</exception>
/// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
public sealed class LinearWarmUp(long steps, Schedule then, double startFactor = 0) : Schedule
{
    private readonly LinearRamp _ramp = new(steps, startFactor);
    private readonly Schedule _then = Require.NotNull(then);
    private readonly long _steps = steps;

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step) =>
        step < _steps ? _ramp.At(_then.At(initialRate, 0), step) : _then.At(initialRate, step - _steps);
}
