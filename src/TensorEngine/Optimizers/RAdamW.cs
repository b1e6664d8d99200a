using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="RAdamW"/>, with PyTorch's defaults: those of RAdam.</summary>
public sealed record RAdamWOptions() : MomentOptions(learningRate: 1e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <inheritdoc/>
    protected internal override RAdamWOptions Describe(StateArchive archive) => (RAdamWOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
    };
}

/// <summary>
/// Implements RAdam with decoupled weight decay, as torch.optim.RAdam with decoupled_weight_decay: <see cref="RAdam"/> after
/// p = p - learningRate * weightDecay * p.
/// Error: after the first step at most 3 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Sources: Liu et al., On the variance of the adaptive learning rate and beyond, 2020; Loshchilov and Hutter, Decoupled weight decay
/// regularization, 2019.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class RAdamW(IEnumerable<Parameter> parameters, RAdamWOptions? options = null)
    : FusedOptimizer<RAdamW, RAdamWOptions>(parameters, options ?? new()), IFusedOptimizer<RAdamWOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<RAdamWOptions>.States(RAdamWOptions options) =>
        ["exp_avg", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<RAdamWOptions>.Step(in FusedStep<RAdamWOptions> step)
    {
        RAdamWOptions options = step.Options;
        (double rate, double beta1, double beta2, double epsilon) = (options.LearningRate, options.Beta1, options.Beta2, options.Epsilon);
        var decay = WeightDecay.Decoupled(options.LearningRate, options.WeightDecay);
        if (Rectification.At(beta2, step.Number) is { } factor)
            step.Run(new RAdamRule(rate, beta1, beta2, epsilon, step.Number, factor), decay);
        else
            step.Run(new RAdamUnrectifiedRule(rate, beta1, beta2, epsilon, step.Number), decay);
    }
}
