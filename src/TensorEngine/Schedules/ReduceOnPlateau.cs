namespace TensorEngine.Schedules;

/// <summary>
/// Reduces rates when a metric no longer improves, as torch's ReduceLROnPlateau.
/// <code>
/// better:              metric &lt; best * (1 - threshold), or best - threshold if that is absolute
/// better (maximize):   metric &gt; best * (1 + threshold), or best + threshold
/// more than patience metrics in a row not better:  rate = max(rate * factor, minimum), unless that is no more than epsilon less
/// </code>
/// </summary>
/// <remarks>
/// It holds no rate itself, so it works for an optimizer with any number of groups: when <see cref="Report"/> returns true, replace the
/// current rate of each group with its <see cref="Reduced"/> rate.
/// <code>
/// if (plateau.Report(validationLoss))
///     foreach (ParameterGroup group in optimizer.Groups)
///         group.LearningRate = plateau.Reduced(group.LearningRate);
/// </code>
/// NaN is never better, so it counts as a bad metric. With a relative threshold, a best metric below 0 moves the bar in the wrong
/// direction, as in torch: use an absolute threshold. Reductions depend on the metrics and not on the step number: save and restore
/// <see cref="State"/>, or add this object to a checkpoint. The reduced rates are saved with the optimizer.
/// </remarks>
public sealed class ReduceOnPlateau : IStateful
{
    private readonly PlateauOptions _options;

    /// <summary>Creates an instance without any metric so far.</summary>
    /// <param name="options">The options, or null for the defaults.</param>
    public ReduceOnPlateau(PlateauOptions? options = null)
    {
        _options = options ?? new();
        State = new(_options.Maximize ? double.NegativeInfinity : double.PositiveInfinity, 0, 0);
    }

    /// <summary>The state. Save and restore it to continue a run as if it had not been interrupted.</summary>
    /// <exception cref="ArgumentException">The best metric is NaN, or a count is negative.</exception>
    public PlateauState State
    {
        get;
        set => field = Checked(value);
    }

    /// <summary>Records the next metric, usually that of an epoch.</summary>
    /// <param name="metric">A loss, or with <see cref="PlateauOptions.Maximize"/> an accuracy.</param>
    /// <returns>True if you should now reduce the rates, each to its <see cref="Reduced"/> rate.</returns>
    public bool Report(double metric)
    {
        (double best, long bad, long cooldown) = State;
        if (IsBetter(metric, best))
            (best, bad) = (metric, 0);
        else
            bad++;
        if (cooldown > 0)
            (cooldown, bad) = (cooldown - 1, 0);
        bool reduces = bad > _options.Patience;
        if (reduces)
            (cooldown, bad) = (_options.Cooldown, 0);
        State = new(best, bad, cooldown);
        return reduces;
    }

    /// <summary>
    /// Returns the reduced rate: max(rate * factor, minimum), or the rate itself if the difference is at most epsilon. A rate at or below
    /// the minimum does not change.
    /// </summary>
    /// <param name="rate">The current rate; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is negative, NaN or not finite as a float.</exception>
    public double Reduced(double rate)
    {
        double reduced = Math.Max(HyperParameter.NonNegative(rate, nameof(rate)) * _options.Factor, _options.Minimum);
        return rate - reduced > _options.Epsilon ? reduced : rate;
    }

    /// <inheritdoc/>
    public void Describe(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Fixed("kind", "ReduceOnPlateau");
        archive.Fixed(nameof(PlateauOptions.Maximize), _options.Maximize);
        PlateauState state = Checked(new(
            archive.Number(nameof(PlateauState.Best), State.Best),
            archive.Integer(nameof(PlateauState.BadCount), State.BadCount),
            archive.Integer(nameof(PlateauState.CooldownLeft), State.CooldownLeft)));
        archive.Commit(() => State = state);
    }

    private static PlateauState Checked(PlateauState value) =>
        value is { BadCount: >= 0, CooldownLeft: >= 0 } && !double.IsNaN(value.Best)
            ? value
            : throw new ArgumentException(
                $"State is {value}; the best metric must not be NaN, and the counts must be at least 0.", nameof(value));

    private bool IsBetter(double metric, double best)
    {
        double threshold = _options.Threshold;
        if (_options.Maximize)
            return metric > (_options.AbsoluteThreshold ? best + threshold : best * (threshold + 1));
        return metric < (_options.AbsoluteThreshold ? best - threshold : best * (1 - threshold));
    }
}
