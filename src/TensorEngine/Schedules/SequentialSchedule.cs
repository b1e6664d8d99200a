namespace TensorEngine.Schedules;

/// <summary>
/// Schedules one after the other, as torch's SequentialLR: each starts with its own step 0 at its milestone.
/// <code>
/// value = schedules[i].At(step - milestones[i - 1]),  i = number of milestones &lt;= step
/// </code>
/// </summary>
public sealed class SequentialSchedule : Schedule
{
    private readonly Schedule[] _schedules;
    private readonly long[] _milestones;

    /// <summary>Copies both lists.</summary>
    /// <param name="schedules">At least one.</param>
    /// <param name="milestones">The first step of each schedule but the first: above 0 and ascending.</param>
    /// <exception cref="ArgumentNullException">A schedule is null.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit, or a milestone is not above the one before.</exception>
    public SequentialSchedule(ReadOnlySpan<Schedule> schedules, ReadOnlySpan<long> milestones)
    {
        if (schedules.IsEmpty || milestones.Length != schedules.Length - 1)
        {
            throw new ArgumentException(
                $"schedules has {schedules.Length} elements, milestones has {milestones.Length}; "
                + "there must be at least one schedule, and one milestone less than schedules.",
                nameof(milestones));
        }

        for (int i = 0; i < milestones.Length; i++)
        {
            long before = i == 0 ? 0 : milestones[i - 1];
            if (milestones[i] <= before)
                throw new ArgumentException($"milestones[{i}] is {milestones[i]}; it must be above {before}.", nameof(milestones));
        }

        foreach (Schedule schedule in schedules)
            Require.NotNull(schedule, nameof(schedules));
        _schedules = schedules.ToArray();
        _milestones = milestones.ToArray();
    }

    /// <inheritdoc/>
    protected override double ValueAt(long step)
    {
        int part = 0;
        while (part < _milestones.Length && _milestones[part] <= step)
            part++;
        return _schedules[part].At(part == 0 ? step : step - _milestones[part - 1]);
    }
}
