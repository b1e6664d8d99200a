using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Signum"/>, with its paper's momentum.</summary>
public sealed record SignumOptions() : OptimizerOptions(learningRate: 1e-4)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the average gradient, or 0 to use the sign of the gradient itself; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <inheritdoc/>
    protected internal override SignumOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Momentum = archive.Number(nameof(Momentum), Momentum),
    };
}

/// <summary>
/// Implements Signum, or signSGD with momentum: every element moves by the learning rate against the sign of its average gradient. Weight
/// decay is decoupled.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// m = momentum * m + (1 - momentum) * g
/// p = p * (1 - learningRate * weightDecay) - learningRate * sign(m)
/// </code>
/// It is <see cref="Lion"/> with one average in place of two, and follows that optimizer's rules for 0, NaN and tiny averages.
/// Error: after the first step at most 2 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Source: Bernstein et al., signSGD: compressed optimisation for non-convex problems, 2018, algorithm 2.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Signum(IEnumerable<Parameter> parameters, SignumOptions? options = null)
    : FusedOptimizer<Signum, SignumOptions>(parameters, options ?? new()), IFusedOptimizer<SignumOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<SignumOptions>.States(SignumOptions options) => ["momentum_buffer"];

    static void IFusedOptimizer<SignumOptions>.Step(in FusedStep<SignumOptions> step)
    {
        SignumOptions options = step.Options;
        step.Run(
            new LionRule(options.LearningRate, options.Momentum, options.Momentum),
            WeightDecay.Decoupled(options.LearningRate, options.WeightDecay));
    }
}
