namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Modifies the steps of any optimizer, including your own: the incoming gradients, weight decay, and the rule's changes of the values.
/// Each group has its own modifiers (<see cref="OptimizerOptions.Modifiers"/>).
/// </summary>
/// <remarks>
/// Gradients are changed in place before their norm is computed: centralized first, then clipped by units. A unit consists of the elements
/// with one index in the first dimension; in PyTorch's layout, these are the weights of one output. Parameters with fewer than two
/// dimensions are not centralized and form one unit. All modifiers except the correction of decay need whole parameters, and a
/// <see cref="ParameterShard"/> with several parts refuses them.
/// </remarks>
public sealed record UpdateModifiers
{
    /// <summary>
    /// Whether elements that a rule would move along their gradient instead of against it keep their values, while the others move further:
    /// p = p + n / (count + 1) * step, where count is the number of the parameter's n elements with step * g below 0. Weight decay is not
    /// part of the step. Costs a pass that reads values, gradients and state. Steps of NaN are taken.
    /// Source: Liang et al., Cautious optimizers: improving training with one line of code, 2024, algorithm 1.
    /// </summary>
    public bool Cautious { get; init; }

    /// <summary>
    /// The largest learning rate of the run, which corrects decoupled weight decay: LearningRate^2 / PeakLearningRate * WeightDecay in
    /// place of LearningRate * WeightDecay, so that the norm of weights before a normalization does not depend on the schedule; positive,
    /// or null (the default) for the usual decay. It has no effect if decay is coupled or part of the rule.
    /// Source: Defazio, Why gradients rapidly increase near the end of training, 2025, algorithm 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, NaN or not finite as a float.</exception>
    public double? PeakLearningRate { get; init => field = value is { } rate ? HyperParameter.Positive(rate) : null; }

    /// <summary>
    /// Whether to subtract the mean of each unit's gradient, if the parameter has at least two dimensions: g = g - mean(g), computed in
    /// double and narrowed once.
    /// Source: Yong et al., Gradient centralization: a new optimization technique for deep neural networks, 2020, equation 1.
    /// </summary>
    public bool CentralizeGradients { get; init; }

    /// <summary>
    /// The largest norm of a unit's gradient relative to that of its values: g = g * min(1, UnitClipping * max(|p|, UnitNormFloor) /
    /// |g|); positive, or null (the default) for no limit. The paper uses 0.01, and excludes the last layer.
    /// Source: Brock et al., High-performance large-scale image recognition without normalization, 2021, equation 3.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, NaN or not finite as a float.</exception>
    public double? UnitClipping { get; init => field = value is { } ratio ? HyperParameter.Positive(ratio) : null; }

    /// <summary>The smallest norm assumed for a unit's values, so that values of 0 can move; positive, by default 1e-3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, NaN or not finite as a float.</exception>
    public double UnitNormFloor { get; init => field = HyperParameter.Positive(value); } = 1e-3;

    /// <summary>Whether gradients are changed before a step.</summary>
    internal bool ChangeGradients => CentralizeGradients || UnitClipping is not null;

    /// <summary>Whether whole parameters are needed.</summary>
    internal bool NeedWholeParameters => Cautious || ChangeGradients;

    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(UpdateModifiers), PrintMembers);

    /// <summary>Describes modifiers, which a file has only if there are any.</summary>
    internal static UpdateModifiers? DescribeAny(StateArchive archive, string name, UpdateModifiers? own)
    {
        if (!archive.Has(name, own is not null))
            return null;
        UpdateModifiers found = own ?? new();
        archive.Within(name, inner => found = found.Describe(inner));
        return found;
    }

    /// <summary>Returns the decay, corrected if it is decoupled and there is a peak rate.</summary>
    internal WeightDecay Corrected(WeightDecay decay, double learningRate) =>
        PeakLearningRate is { } peak && decay.IsDecoupled ? decay.Times(learningRate / peak) : decay;

    private UpdateModifiers Describe(StateArchive archive) => new()
    {
        Cautious = archive.Flag(nameof(Cautious), Cautious),
        PeakLearningRate = archive.Optional(nameof(PeakLearningRate), PeakLearningRate),
        CentralizeGradients = archive.Flag(nameof(CentralizeGradients), CentralizeGradients),
        UnitClipping = archive.Optional(nameof(UnitClipping), UnitClipping),
        UnitNormFloor = archive.Number(nameof(UnitNormFloor), UnitNormFloor),
    };
}
