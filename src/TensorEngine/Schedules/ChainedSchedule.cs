namespace TensorEngine.Schedules;

/// <summary>
/// The product of schedules that all run at once, as torch's ChainedScheduler.
/// <code>
/// value = schedules[0].At(step) * schedules[1].At(step) * ...
/// </code>
/// </summary>
/// <remarks>
/// One of them has the rate, the others are factors with the rate 1:
/// <c>new ChainedSchedule(new CosineAnnealing(0.1, 1000), new LinearRamp(1, steps: 50))</c>.
/// </remarks>
public sealed class ChainedSchedule : Schedule
{
    private readonly Schedule[] _schedules;

    /// <summary>Copies the list.</summary>
    /// <param name="schedules">At least one.</param>
    /// <exception cref="ArgumentNullException">A schedule is null.</exception>
    /// <exception cref="ArgumentException">There is no schedule.</exception>
    public ChainedSchedule(params ReadOnlySpan<Schedule> schedules)
    {
        if (schedules.IsEmpty)
            throw new ArgumentException("schedules has 0 elements; there must be at least one.", nameof(schedules));
        foreach (Schedule schedule in schedules)
            Require.NotNull(schedule, nameof(schedules));
        _schedules = schedules.ToArray();
    }

    /// <inheritdoc/>
    protected override double ValueAt(long step)
    {
        double product = 1;
        foreach (Schedule schedule in _schedules)
            product *= schedule.At(step);
        return product;
    }
}
