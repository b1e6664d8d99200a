namespace TensorEngine.Averages;

/// <summary>
/// average = average + (1 - decay) * (value - average): old values decay exponentially.
/// Source: Polyak and Juditsky, Acceleration of stochastic approximation by averaging, 1992; torch.optim.swa_utils.get_ema_avg_fn.
/// </summary>
public sealed class ExponentialMovingAverage : ValueAverage
{
    /// <summary>Allocates the memory for an average of <paramref name="store"/>, and fixes its layout.</summary>
    /// <param name="store">The store whose values are averaged.</param>
    /// <param name="decay">The share of the average that an update keeps; in [0, 1).</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is not in [0, 1).</exception>
    public ExponentialMovingAverage(ParameterStore store, double decay = 0.999)
        : base(store) => Decay = decay;

    /// <summary>The share of the average that an update keeps; in [0, 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Decay
    {
        get;
        set => field = HyperParameter.InUnitInterval(value);
    }

    /// <inheritdoc/>
    protected override string Kind => "ExponentialMovingAverage";

    /// <inheritdoc/>
    public override void Describe(StateArchive archive)
    {
        base.Describe(archive);
        double decay = HyperParameter.InUnitInterval(archive.Number(nameof(Decay), Decay), nameof(Decay));
        archive.Commit(() => Decay = decay);
    }

    /// <inheritdoc/>
    protected override double Weight(long updates) => 1 - Decay;
}
