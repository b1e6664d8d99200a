using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options shared by <see cref="Momentum"/> and <see cref="Nesterov"/>.</summary>
public abstract record VelocityOptions : OptimizerOptions
{
    private protected VelocityOptions()
        : base(learningRate: 1e-2)
    {
    }

    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the velocity; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <inheritdoc/>
    protected internal override VelocityOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Momentum = archive.Number(nameof(Momentum), Momentum),
    };
}
