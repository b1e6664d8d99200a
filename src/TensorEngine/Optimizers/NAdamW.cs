using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="NAdamW"/>, with PyTorch's defaults: those of NAdam.</summary>
public sealed record NAdamWOptions() : MomentOptions(learningRate: 2e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>psi: how fast the momentum approaches beta1; at least 0, by default 4e-3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double MomentumDecay { get; init => field = HyperParameter.NonNegative(value); } = 4e-3;

    /// <inheritdoc/>
    protected internal override NAdamWOptions Describe(StateArchive archive) => (NAdamWOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        MomentumDecay = archive.Number(nameof(MomentumDecay), MomentumDecay),
    };
}

/// <summary>
/// Implements NAdam with decoupled weight decay, as torch.optim.NAdam with decoupled_weight_decay: <see cref="NAdam"/> after
/// p = p - learningRate * weightDecay * p.
/// Error: after the first step at most 6 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Sources: Dozat, Incorporating Nesterov momentum into Adam, 2016; Loshchilov and Hutter, Decoupled weight decay regularization, 2019.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class NAdamW(IEnumerable<Parameter> parameters, NAdamWOptions? options = null)
    : FusedOptimizer<NAdamW, NAdamWOptions>(parameters, options ?? new()), IFusedOptimizer<NAdamWOptions>
{
    static IReadOnlyList<CarriedNumber> IFusedOptimizer<NAdamWOptions>.Carried { get; } = [new("mu_product", 1)];

    static IReadOnlyList<StateName> IFusedOptimizer<NAdamWOptions>.States(NAdamWOptions options) =>
        ["exp_avg", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<NAdamWOptions>.Step(in FusedStep<NAdamWOptions> step)
    {
        NAdamWOptions options = step.Options;
        var rule = new NAdamRule(
            options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.MomentumDecay, step.Number, ref step.Carried[0]);
        step.Run(rule, WeightDecay.Decoupled(options.LearningRate, options.WeightDecay));
    }
}
