namespace TensorEngine.Schedules;

/// <summary>Options of <see cref="ReduceOnPlateau"/>, with PyTorch's defaults.</summary>
public sealed record PlateauOptions
{
    /// <summary>Whether larger metrics are better (torch's mode "max"), as with an accuracy.</summary>
    public bool Maximize { get; init; }

    /// <summary>What is left of the rate each time; at least 0 and below 1, by default 0.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Factor
    {
        get;
        init => field = Require.InUnitInterval(value);
    } = 0.1;

    /// <summary>How many metrics in a row may be no better before the rate is reduced; at least 0, by default 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Patience
    {
        get;
        init => field = Require.AtLeast(0, value, nameof(Patience));
    } = 10;

    /// <summary>By how much a metric must be better than the best so far; at least 0, by default 1e-4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Threshold
    {
        get;
        init => field = Require.NonNegative(value);
    } = 1e-4;

    /// <summary>Whether the threshold is a difference (torch's "abs") instead of a share of the best metric ("rel").</summary>
    public bool AbsoluteThreshold { get; init; }

    /// <summary>How many metrics after a reduction do not count against the patience; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Cooldown
    {
        get;
        init => field = Require.AtLeast(0, value, nameof(Cooldown));
    }

    /// <summary>The lowest rate (torch's min_lr); at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Minimum
    {
        get;
        init => field = Require.NonNegative(value);
    }

    /// <summary>A reduction by no more than this is left out (torch's eps); at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon
    {
        get;
        init => field = Require.NonNegative(value);
    } = 1e-8;
}

/// <summary>All that a <see cref="ReduceOnPlateau"/> remembers.</summary>
/// <param name="Rate">The rate in force; at least 0.</param>
/// <param name="Best">The best metric so far, infinite before the first; not NaN.</param>
/// <param name="BadCount">How many metrics in a row were no better; at least 0.</param>
/// <param name="CooldownLeft">How many metrics of the cooldown are still to come; at least 0.</param>
public readonly record struct PlateauState(double Rate, double Best, long BadCount, long CooldownLeft);

/// <summary>
/// Reduces the rate when a metric no longer improves, as torch's ReduceLROnPlateau.
/// <code>
/// better:  metric &lt; best * (1 - threshold)    (absolute: best - threshold; maximize: metric &gt; best * (1 + threshold), best + threshold)
/// more than patience metrics in a row not better:  rate = max(rate * factor, minimum), unless that is no more than epsilon less
/// </code>
/// </summary>
/// <remarks>
/// NaN is never better, so it counts as a bad metric. With a threshold that is a share, a best metric below 0 moves the bar the wrong
/// way, as in torch: use an absolute one. The rate depends on the metrics and not on the step number: save and restore
/// <see cref="State"/>.
/// </remarks>
public sealed class ReduceOnPlateau
{
    private readonly PlateauOptions _options;
    private PlateauState _state;

    /// <summary>Starts at a rate, without any metric.</summary>
    /// <param name="rate">The rate until the first reduction; at least 0.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is negative, NaN or not finite as a float.</exception>
    public ReduceOnPlateau(double rate, PlateauOptions? options = null)
    {
        _options = options ?? new();
        double worst = _options.Maximize ? double.NegativeInfinity : double.PositiveInfinity;
        _state = new(Require.NonNegative(rate, nameof(rate)), worst, 0, 0);
    }

    /// <summary>The rate in force.</summary>
    public double Rate => _state.Rate;

    /// <summary>What has to be saved and restored for a run to go on as if it had not been interrupted.</summary>
    /// <exception cref="ArgumentException">A part of the value is not in its range.</exception>
    public PlateauState State
    {
        get => _state;
        set => _state = Checked(value);
    }

    /// <summary>Takes the next metric, usually that of an epoch.</summary>
    /// <param name="metric">A loss, or with <see cref="PlateauOptions.Maximize"/> an accuracy.</param>
    /// <returns>The rate in force from now on.</returns>
    public double Report(double metric)
    {
        (double rate, double best, long bad, long cooldown) = _state;
        if (IsBetter(metric, best))
            (best, bad) = (metric, 0);
        else
            bad++;
        if (cooldown > 0)
            (cooldown, bad) = (cooldown - 1, 0);
        if (bad > _options.Patience)
        {
            double reduced = Math.Max(rate * _options.Factor, _options.Minimum);
            if (rate - reduced > _options.Epsilon)
                rate = reduced;
            (cooldown, bad) = (_options.Cooldown, 0);
        }

        _state = new(rate, best, bad, cooldown);
        return rate;
    }

    /// <summary>Describes the state, and what would change its meaning.</summary>
    internal void Describe(StateVisitor visitor)
    {
        visitor.Fixed("kind", "ReduceOnPlateau");
        visitor.Fixed(nameof(PlateauOptions.Maximize), _options.Maximize);
        PlateauState state = Checked(new(
            visitor.Number(nameof(PlateauState.Rate), _state.Rate),
            visitor.Number(nameof(PlateauState.Best), _state.Best),
            visitor.Integer(nameof(PlateauState.BadCount), _state.BadCount),
            visitor.Integer(nameof(PlateauState.CooldownLeft), _state.CooldownLeft)));
        visitor.Commit(() => _state = state);
    }

    private static PlateauState Checked(PlateauState value) =>
        value is { Rate: >= 0, BadCount: >= 0, CooldownLeft: >= 0 } && float.IsFinite((float)value.Rate) && !double.IsNaN(value.Best)
            ? value
            : throw new ArgumentException(
                $"State is {value}; the rate must be at least 0 and finite as a float, the best metric not NaN, "
                + "and the counts at least 0.",
                nameof(value));

    private bool IsBetter(double metric, double best)
    {
        double threshold = _options.Threshold;
        if (_options.Maximize)
            return metric > (_options.AbsoluteThreshold ? best + threshold : best * (threshold + 1));
        return metric < (_options.AbsoluteThreshold ? best - threshold : best * (1 - threshold));
    }
}
