namespace TensorEngine.Optimizers.Stepping;

/// <summary>What optimizers of Adam's family can be told beside the common options.</summary>
public abstract record MomentOptions : OptimizerOptions
{
    private protected MomentOptions(double learningRate)
        : base(learningRate)
    {
    }

    /// <summary>How much of the first moment, the average gradient, is kept; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1
    {
        get;
        set => field = Require.InUnitInterval(value);
    } = 0.9;

    /// <summary>How much of the second moment, the average square, is kept; in [0, 1), by default 0.999.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2
    {
        get;
        set => field = Require.InUnitInterval(value);
    } = 0.999;

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon
    {
        get;
        set => field = Require.NonNegative(value);
    } = 1e-8;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        Beta1 = visitor.Number(nameof(Beta1), Beta1);
        Beta2 = visitor.Number(nameof(Beta2), Beta2);
        Epsilon = visitor.Number(nameof(Epsilon), Epsilon);
    }
}
