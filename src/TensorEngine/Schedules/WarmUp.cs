namespace TensorEngine.Schedules;

/// <summary>
/// A ramp up to the first value of a schedule, which starts afterwards with its own step 0.
/// <code>
/// step &lt; steps:  then.At(0) * (startFactor * (1 - step / steps) + step / steps)
/// otherwise:     then.At(step - steps)
/// </code>
/// As torch's SequentialLR of a LinearLR and the schedule. For a ramp that runs at the same time, use
/// <see cref="ChainedSchedule"/> with a <see cref="LinearRamp"/>.
/// </summary>
public sealed class LinearWarmUp : Schedule
{
    private readonly long _steps;
    private readonly Schedule _then;
    private readonly double _startFactor;

    /// <summary>Keeps the schedule.</summary>
    /// <param name="steps">The length of the ramp; at least 0.</param>
    /// <param name="then">What follows.</param>
    /// <param name="startFactor">The part of the first value at step 0; at least 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="then"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public LinearWarmUp(long steps, Schedule then, double startFactor = 0)
    {
        _steps = Require.AtLeast(0, steps);
        _then = Require.NotNull(then);
        _startFactor = Require.NonNegative(startFactor, nameof(startFactor));
    }

    /// <inheritdoc/>
    protected override double ValueAt(long step) =>
        step < _steps
            ? _then.At(0) * AnnealingShape.Linear.Between(_startFactor, 1, (double)step / _steps)
            : _then.At(step - _steps);
}

/// <summary>
/// A part of the first value of a schedule, which starts afterwards with its own step 0.
/// <code>
/// step &lt; steps:  then.At(0) * factor
/// otherwise:     then.At(step - steps)
/// </code>
/// As torch's SequentialLR of a ConstantLR and the schedule.
/// </summary>
public sealed class ConstantWarmUp : Schedule
{
    private readonly long _steps;
    private readonly Schedule _then;
    private readonly double _factor;

    /// <summary>Keeps the schedule.</summary>
    /// <param name="steps">For how many steps; at least 0.</param>
    /// <param name="then">What follows.</param>
    /// <param name="factor">The part of the first value; at least 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="then"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public ConstantWarmUp(long steps, Schedule then, double factor = 1.0 / 3)
    {
        _steps = Require.AtLeast(0, steps);
        _then = Require.NotNull(then);
        _factor = Require.NonNegative(factor, nameof(factor));
    }

    /// <inheritdoc/>
    protected override double ValueAt(long step) => step < _steps ? _then.At(0) * _factor : _then.At(step - _steps);
}
