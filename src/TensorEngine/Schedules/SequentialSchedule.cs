namespace TensorEngine.Schedules;

/// <summary>
/// Runs schedules one after the other, as torch's SequentialLR: each starts at its milestone with its own step 0, from the initial rate.
/// <code>
/// value = schedules[i].At(initial, step - milestones[i - 1]),  i = number of milestones &lt;= step
/// </code>
/// </summary>
/// <remarks>
/// If two milestones are equal, the schedule between them is skipped. A milestone of 0 skips the first schedule; torch takes one step of it
/// first and is one step late from then on.
/// </remarks>
public sealed class SequentialSchedule : Schedule
{
    private readonly Schedule[] _schedules;
    private readonly long[] _milestones;

    /// <summary>Creates the schedule and copies both lists.</summary>
    /// <param name="schedules">At least one schedule.</param>
    /// <param name="milestones">
    /// The first step of each schedule except the first, so one fewer than schedules; each at least 0 and at least the previous one.
    /// </param>
    /// <exception cref="ArgumentNullException">A schedule is null.</exception>
    /// <exception cref="ArgumentException">The lengths do not match, or a milestone is below 0 or below the previous one.</exception>
    public SequentialSchedule(ReadOnlySpan<Schedule> schedules, ReadOnlySpan<long> milestones)
    {
        if (schedules.IsEmpty || milestones.Length != schedules.Length - 1)
        {
            throw new ArgumentException(
                $"schedules has {schedules.Length} elements, milestones has {milestones.Length}; "
                + "there must be at least one schedule, and one milestone fewer than schedules.",
                nameof(milestones));
        }

        for (int i = 0; i < milestones.Length; i++)
        {
            long least = i == 0 ? 0 : milestones[i - 1];
            if (milestones[i] < least)
                throw new ArgumentException($"milestones[{i}] is {milestones[i]}; it must be at least {least}.", nameof(milestones));
        }

        foreach (Schedule schedule in schedules)
            Require.NotNull(schedule, nameof(schedules));
        _schedules = schedules.ToArray();
        _milestones = milestones.ToArray();
    }

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step)
    {
        int part = 0;
        while (part < _milestones.Length && _milestones[part] <= step)
            part++;
        return _schedules[part].At(initialRate, part == 0 ? step : step - _milestones[part - 1]);
    }
}
