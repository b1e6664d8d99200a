namespace TensorEngine.Schedules;

/// <summary>
/// Raises the rate to the maximum and lowers it to nearly 0, once, as torch's OneCycleLR. After the last step the rate stays constant
/// (torch throws). As in torch, the maximum determines the rate at the start: the initial rate has no effect, and every group has the same
/// cycle.
/// <code>
/// start   = maximum / initialDivisor,  final = start / finalDivisor
/// peak    = risingShare * steps - 1,   last = steps - 1
/// two phases:    start to maximum until peak, to final until last
/// three phases:  start to maximum until peak, to start until 2 * peak, to final until last
/// </code>
/// Each phase follows <see cref="Annealing"/> from its first step to its last; peak need not be an integer.
/// Source: Smith and Topin, Super-convergence: very fast training of neural networks using large learning rates, 2018.
/// </summary>
public sealed class OneCycle : Schedule
{
    private readonly double _start;
    private readonly double _maximum;
    private readonly double _final;
    private readonly double _peak;
    private readonly double _last;
    private readonly bool _threePhases;
    private readonly AnnealingShape _shape;

    /// <summary>Creates the schedule.</summary>
    /// <param name="maximum">The largest rate (torch's max_lr); at least 0.</param>
    /// <param name="steps">The length of the cycle (torch's total_steps, or epochs * steps_per_epoch); at least 1.</param>
    /// <param name="risingShare">
    /// The share of the steps in which the rate rises (torch's pct_start); from 0 to 1, or to 0.5 with three phases.
    /// </param>
    /// <param name="shape">The curve within each phase.</param>
    /// <param name="initialDivisor">The ratio of the largest rate to the first (torch's div_factor); above 0.</param>
    /// <param name="finalDivisor">The ratio of the first rate to the last (torch's final_div_factor); above 0.</param>
    /// <param name="threePhases">
    /// Whether the rate first falls back to the initial rate as fast as it rose, and then to the final rate (torch's three_phase).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public OneCycle(
        double maximum,
        long steps,
        double risingShare = 0.3,
        AnnealingShape shape = AnnealingShape.Cosine,
        double initialDivisor = 25,
        double finalDivisor = 1e4,
        bool threePhases = false)
    {
        double largestShare = threePhases ? 0.5 : 1;
        if (!(risingShare >= 0 && risingShare <= largestShare))
        {
            throw new ArgumentOutOfRangeException(
                nameof(risingShare), risingShare, $"risingShare is {risingShare}; it must be from 0 to {largestShare}.");
        }

        _maximum = HyperParameter.NonNegative(maximum, nameof(maximum));
        _start = _maximum / HyperParameter.Positive(initialDivisor, nameof(initialDivisor));
        _final = _start / HyperParameter.Positive(finalDivisor, nameof(finalDivisor));
        _shape = AnnealingShapes.Check(shape, nameof(shape));
        _last = Require.AtLeast(1, steps, nameof(steps)) - 1;
        _peak = (risingShare * steps) - 1;
        _threePhases = threePhases;
    }

    private OneCycle(OneCycle rate, double ends, double middle)
    {
        (_start, _maximum, _final) = (ends, middle, ends);
        (_peak, _last, _threePhases, _shape) = (rate._peak, rate._last, rate._threePhases, rate._shape);
    }

    /// <summary>
    /// Returns a schedule for the momentum, which falls while the rate rises, in the same phases (torch's cycle_momentum). Like the rate,
    /// it does not depend on the initial value.
    /// </summary>
    /// <param name="minimum">The momentum at the largest rate (torch's base_momentum); in [0, 1).</param>
    /// <param name="maximum">The momentum at both ends (torch's max_momentum); in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public Schedule Momentum(double minimum = 0.85, double maximum = 0.95)
    {
        HyperParameter.InUnitInterval(minimum, nameof(minimum));
        return new OneCycle(this, HyperParameter.InUnitInterval(maximum, nameof(maximum)), minimum);
    }

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step)
    {
        double place = Math.Min(step, _last);
        if (place <= _peak)
            return _shape.Between(_start, _maximum, Share(place, 0, _peak));
        if (!_threePhases)
            return _shape.Between(_maximum, _final, Share(place, _peak, _last));
        return place <= 2 * _peak
            ? _shape.Between(_maximum, _start, Share(place, _peak, 2 * _peak))
            : _shape.Between(_start, _final, Share(place, 2 * _peak, _last));
    }

    private static double Share(double place, double start, double end) => end > start ? (place - start) / (end - start) : 1;
}
