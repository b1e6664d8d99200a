using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="AdamW"/>, with PyTorch's defaults: those of Adam and a weight decay of 0.01.</summary>
public sealed record AdamWOptions() : MomentOptions(learningRate: 1e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default
    /// 1e-2.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); } = 1e-2;

    /// <summary>Whether to divide by the largest second moment so far, which needs a third state buffer.</summary>
    public bool AmsGrad { get; init; }

    /// <summary>
    /// Whether epsilon is added to the root of v before its bias is corrected, as in "Deep Learning from Scratch", chapter 6 (with an
    /// epsilon of 1e-7), and in the paper's shortened form. The effective epsilon is then epsilon / sqrt(1 - beta2^step).
    /// </summary>
    public bool EpsilonOutsideCorrection { get; init; }

    /// <inheritdoc/>
    protected internal override AdamWOptions Describe(StateArchive archive) => (AdamWOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        AmsGrad = archive.Flag(nameof(AmsGrad), AmsGrad),
        EpsilonOutsideCorrection = archive.Flag(nameof(EpsilonOutsideCorrection), EpsilonOutsideCorrection),
    };
}

/// <summary>
/// Adam with decoupled weight decay, as torch.optim.AdamW: <see cref="Adam"/> after p = p * (1 - learningRate * weightDecay).
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2019.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class AdamW(IEnumerable<Parameter> parameters, AdamWOptions? options = null)
    : FusedOptimizer<AdamW, AdamWOptions>(parameters, options ?? new()), IFusedOptimizer<AdamWOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<AdamWOptions>.States(AdamWOptions options) =>
        options.AmsGrad
            ? ["exp_avg", StateName.NonNegative("exp_avg_sq"), StateName.NonNegative("max_exp_avg_sq")]
            : ["exp_avg", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<AdamWOptions>.Step(in FusedStep<AdamWOptions> step)
    {
        AdamWOptions options = step.Options;
        var rule = new AdamRule(
            options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, step.Number, options.EpsilonOutsideCorrection);
        var decay = WeightDecay.Decoupled(options.LearningRate, options.WeightDecay);
        if (options.AmsGrad)
            step.Run(new AmsGradRule(rule), decay);
        else
            step.Run(rule, decay);
    }
}
