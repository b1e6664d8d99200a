namespace TensorEngine.Schedules;

/// <summary>Options of <see cref="ReduceOnPlateau"/>, with PyTorch's defaults.</summary>
public sealed record PlateauOptions
{
    /// <summary>Whether larger metrics are better (torch's mode "max"), such as an accuracy.</summary>
    public bool Maximize { get; init; }

    /// <summary>The factor by which a reduction multiplies the rate; at least 0 and below 1, by default 0.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Factor
    {
        get;
        init => field = HyperParameter.InUnitInterval(value);
    } = 0.1;

    /// <summary>
    /// The number of consecutive metrics without improvement that are tolerated before the rate is reduced; at least 0, by default 10.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Patience
    {
        get;
        init => field = Require.AtLeast(0, value, nameof(Patience));
    } = 10;

    /// <summary>The margin by which a metric must be better than the best so far; at least 0, by default 1e-4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Threshold
    {
        get;
        init => field = HyperParameter.NonNegative(value);
    } = 1e-4;

    /// <summary>Whether the threshold is absolute (torch's "abs") instead of relative to the best metric ("rel").</summary>
    public bool AbsoluteThreshold { get; init; }

    /// <summary>The number of metrics after a reduction that do not count against the patience; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Cooldown
    {
        get;
        init => field = Require.AtLeast(0, value, nameof(Cooldown));
    }

    /// <summary>The lowest rate after a reduction (torch's min_lr); at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Minimum
    {
        get;
        init => field = HyperParameter.NonNegative(value);
    }

    /// <summary>A rate that would fall by at most this amount is not reduced (torch's eps); at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon
    {
        get;
        init => field = HyperParameter.NonNegative(value);
    } = 1e-8;

    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(PlateauOptions), PrintMembers);
}
