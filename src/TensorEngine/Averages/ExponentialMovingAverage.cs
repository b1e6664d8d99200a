namespace TensorEngine.Averages;

/// <summary>
/// average = average + (1 - decay) * (value - average): old values fade with the power of their age.
/// Source: Polyak and Juditsky, Acceleration of stochastic approximation by averaging, 1992; torch.optim.swa_utils.get_ema_avg_fn.
/// </summary>
public sealed class ExponentialMovingAverage : ValueAverage
{
    /// <summary>Takes the memory for an average of <paramref name="store"/>, and fixes its layout.</summary>
    /// <param name="store">Whose values are averaged.</param>
    /// <param name="decay">How much of the average is kept at an update; in [0, 1).</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is not in [0, 1).</exception>
    public ExponentialMovingAverage(ParameterStore store, double decay = 0.999)
        : base(store) => Decay = decay;

    /// <summary>How much of the average is kept at an update; in [0, 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Decay
    {
        get;
        set => field = Require.InUnitInterval(value);
    }

    internal override string Kind => "ExponentialMovingAverage";

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        double decay = Require.InUnitInterval(visitor.Number(nameof(Decay), Decay), nameof(Decay));
        visitor.Commit(() => Decay = decay);
    }

    private protected override double Weight(long updates) => 1 - Decay;
}
