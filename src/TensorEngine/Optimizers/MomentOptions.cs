using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options shared by the optimizers of Adam's family. Weight decay is an option of each optimizer.</summary>
public abstract record MomentOptions : OptimizerOptions
{
    /// <summary>Initializes the options with the defaults in which the optimizers differ.</summary>
    /// <param name="learningRate">At least 0.</param>
    /// <param name="epsilon">At least 0.</param>
    protected MomentOptions(double learningRate, double epsilon = 1e-8)
        : base(learningRate) => Epsilon = epsilon;

    /// <summary>The decay rate of the first moment, the average gradient; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <summary>The decay rate of the second moment, the average square; in [0, 1), by default 0.999.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.999;

    /// <summary>
    /// Keeps the quotient finite; at least 0, by default 1e-8 (<see cref="Lamb"/>: 1e-6, <see cref="LaProp"/>: 1e-15,
    /// <see cref="Yogi"/>: 1e-3).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); }

    /// <inheritdoc/>
    protected internal override MomentOptions Describe(StateArchive archive) => this with
    {
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}
