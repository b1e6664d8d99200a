namespace TensorEngine.Schedules;

/// <summary>
/// Runs several schedules at the same time, each starting from the rate that the previous one gives at this step.
/// <code>
/// value = schedules[n].At(... schedules[1].At(schedules[0].At(initial, step), step) ..., step)
/// </code>
/// </summary>
/// <remarks>
/// For schedules that scale the rate (<see cref="ConstantStart"/>, <see cref="LinearRamp"/>, <see cref="ExponentialDecay"/>,
/// <see cref="StepDecay"/>, <see cref="MultiStepDecay"/>, <see cref="PolynomialDecay"/>, <see cref="MultiplicativeRate"/>) it is the
/// product, as torch's ChainedScheduler. For others it differs: torch's CosineAnnealingLR multiplies the rate of the previous step, so that
/// in a chain it follows its formula only up to T_max and with eta_min 0, and torch's LambdaLR, CosineAnnealingWarmRestarts, CyclicLR and
/// OneCycleLR overwrite the rate of the schedulers before them. Here every schedule applies its formula to the rate it receives. A schedule
/// that ignores the initial rate hides those before it.
/// </remarks>
public sealed class ChainedSchedule : Schedule
{
    private readonly Schedule[] _schedules;

    /// <summary>Creates the schedule and copies the list.</summary>
    /// <param name="schedules">At least one schedule; each must give the next one rates that are at least 0 and finite.</param>
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
    protected override double RateAt(double initialRate, long step)
    {
        double rate = initialRate;
        foreach (Schedule schedule in _schedules)
            rate = schedule.At(rate, step);
        return rate;
    }
}
