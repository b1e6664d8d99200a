using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="RmsProp"/>, with PyTorch's defaults.</summary>
public sealed record RmsPropOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the averages; in [0, 1), by default 0.99.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Alpha { get; init => field = HyperParameter.InUnitInterval(value); } = 0.99;

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    /// <summary>mu: the decay rate of the momentum buffer; in [0, 1), by default 0, which needs no buffer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum { get; init => field = HyperParameter.InUnitInterval(value); }

    /// <summary>Whether to divide by the estimated standard deviation of the gradient instead, which needs another state buffer.</summary>
    public bool Centered { get; init; }

    /// <inheritdoc/>
    protected internal override RmsPropOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Alpha = archive.Number(nameof(Alpha), Alpha),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        Momentum = archive.Number(nameof(Momentum), Momentum),
        Centered = archive.Flag(nameof(Centered), Centered),
    };
}

/// <summary>
/// Implements RMSprop, as torch.optim.RMSprop: divides gradients by the root of their average square.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// v = alpha * v + (1 - alpha) * g^2
/// a = a + (1 - alpha) * (g - a)               (centered; otherwise a = 0)
/// d = g / (sqrt(max(v - a^2, 0)) + epsilon)
/// b = momentum * b + d                        (without momentum: b = d)
/// p = p - learningRate * b
/// </code>
/// If centered, the variance of gradients that hardly vary is a difference of rounding errors. A negative variance counts as 0; in PyTorch
/// the value becomes NaN.
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the largest |p|
/// or |update| on the way, because every step rounds p.
/// Sources: Tieleman and Hinton, Lecture 6.5: rmsprop, 2012; Graves, Generating sequences with recurrent neural networks, 2013 (centered).
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class RmsProp(IEnumerable<Parameter> parameters, RmsPropOptions? options = null)
    : FusedOptimizer<RmsProp, RmsPropOptions>(parameters, options ?? new()), IFusedOptimizer<RmsPropOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<RmsPropOptions>.States(RmsPropOptions options) =>
        options.Centered
            ? options.Momentum > 0
                ? [StateName.NonNegative("square_avg"), "grad_avg", "momentum_buffer"]
                : [StateName.NonNegative("square_avg"), "grad_avg"]
            : options.Momentum > 0 ? [StateName.NonNegative("square_avg"), "momentum_buffer"] : [StateName.NonNegative("square_avg")];

    static void IFusedOptimizer<RmsPropOptions>.Step(in FusedStep<RmsPropOptions> step)
    {
        if (step.Options.Centered)
            Run(step, new RmsPropCenteredDirection(step.Options));
        else
            Run(step, new RmsPropDirection(step.Options));
    }

    private static void Run<TDirection>(in FusedStep<RmsPropOptions> step, TDirection direction)
        where TDirection : struct, IUpdateRule<TDirection>
    {
        var decay = WeightDecay.Coupled(step.Options.WeightDecay);
        if (step.Options.Momentum > 0)
            step.Run(new RmsPropMomentumRule<TDirection>(direction, step.Options), decay);
        else
            step.Run(new RmsPropRule<TDirection>(direction, step.Options), decay);
    }
}
