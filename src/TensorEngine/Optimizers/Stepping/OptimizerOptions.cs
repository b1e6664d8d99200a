namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// What every optimizer can be told. Hyper-parameters are double and narrowed to float once, on entry to the kernel. They are
/// checked when they are set, and may be changed between steps.
/// </summary>
public abstract record OptimizerOptions
{
    private protected OptimizerOptions(double learningRate) => LearningRate = learningRate;

    /// <summary>The step size; at least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double LearningRate
    {
        get;
        set => field = Require.NonNegative(value);
    }

    /// <summary>
    /// How strongly values are drawn to 0; at least 0, by default 0. Added to the gradient as WeightDecay * value, unless the
    /// optimizer's decay is decoupled.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay
    {
        get;
        set => field = Require.NonNegative(value);
    }

    /// <summary>Whether to climb instead of to descend: the gradient's sign is turned before anything else.</summary>
    public bool Maximize { get; set; }

    /// <summary>Whether the decay scales the value instead of entering the gradient.</summary>
    internal virtual bool DecouplesWeightDecay => false;

    /// <summary>Checks what no single property can.</summary>
    /// <exception cref="InvalidOperationException">Two settings contradict each other.</exception>
    internal virtual void CheckTogether()
    {
    }

    /// <summary>Goes through all options. Those that can be set are taken over on loading; the others have to agree.</summary>
    internal virtual void Describe(StateVisitor visitor)
    {
        LearningRate = visitor.Number(nameof(LearningRate), LearningRate);
        WeightDecay = visitor.Number(nameof(WeightDecay), WeightDecay);
        Maximize = visitor.Flag(nameof(Maximize), Maximize);
    }

    /// <summary>A copy of its own, of the same kind.</summary>
    internal OptimizerOptions Copy() => this with { };
}
