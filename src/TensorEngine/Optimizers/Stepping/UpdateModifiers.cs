namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// What changes any optimizer's steps, a user's own, too: gradients on their way in, weight decay, and what the rule does to the values.
/// Each group has its own (<see cref="OptimizerOptions.Modifiers"/>).
/// </summary>
/// <remarks>
/// Gradients are changed before their norm is taken, in place: centralized first, then clipped by units. A unit is what belongs to one
/// index of the first dimension, as PyTorch's layers lay weights out: the weights into one output. Parameters of one dimension or none are
/// not centralized, and are one unit. All but the correction of decay need whole parameters, and are refused by a
/// <see cref="ParameterShard"/> of several parts.
/// </remarks>
public sealed record UpdateModifiers
{
    /// <summary>
    /// Whether elements that a rule would move along their gradient rather than against it stay where they are, while the others move
    /// further: p = p + n / (count + 1) * step for the count of a parameter's n elements with step * g below 0. Weight decay is not part of
    /// the step. Costs a pass that reads values, gradients and state. Moves by NaN are taken.
    /// Source: Liang et al., Cautious optimizers: improving training with one line of code, 2024, algorithm 1.
    /// </summary>
    public bool Cautious { get; init; }

    /// <summary>
    /// The largest learning rate of the run, by which decoupled weight decay is corrected: LearningRate^2 / PeakLearningRate * WeightDecay
    /// in place of LearningRate * WeightDecay, so that the norm of weights before a normalization does not depend on the schedule;
    /// positive, null (the default) for the usual decay. It does nothing where decay is coupled or a part of the rule.
    /// Source: Defazio, Why gradients rapidly increase near the end of training, 2025, algorithm 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, NaN or not finite as a float.</exception>
    public double? PeakLearningRate { get; init => field = value is { } rate ? HyperParameter.Positive(rate) : null; }

    /// <summary>
    /// Whether the mean of each unit's gradient is taken from it, if the parameter has at least two dimensions: g = g - mean(g), found in
    /// double and narrowed once.
    /// Source: Yong et al., Gradient centralization: a new optimization technique for deep neural networks, 2020, equation 1.
    /// </summary>
    public bool CentralizeGradients { get; init; }

    /// <summary>
    /// How large the norm of a unit's gradient may be beside that of its values: g = g * min(1, UnitClipping * max(|p|, UnitNormFloor) /
    /// |g|); positive, null (the default) for any size. The paper has 0.01, and leaves out the last layer.
    /// Source: Brock et al., High-performance large-scale image recognition without normalization, 2021, equation 3.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, NaN or not finite as a float.</exception>
    public double? UnitClipping { get; init => field = value is { } ratio ? HyperParameter.Positive(ratio) : null; }

    /// <summary>The norm that a unit's values count for at least, so that values of 0 can move; positive, by default 1e-3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, NaN or not finite as a float.</exception>
    public double UnitNormFloor { get; init => field = HyperParameter.Positive(value); } = 1e-3;

    /// <summary>Whether gradients are changed before a step.</summary>
    internal bool ChangeGradients => CentralizeGradients || UnitClipping is not null;

    /// <summary>Whether a part of a parameter is not enough to know.</summary>
    internal bool NeedWholeParameters => Cautious || ChangeGradients;

    /// <summary>Names and values, with the decimal point and minus sign of code whatever the culture is.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(UpdateModifiers), PrintMembers);

    /// <summary>Describes modifiers, of which files have none where there are none.</summary>
    internal static UpdateModifiers? DescribeAny(StateArchive archive, string name, UpdateModifiers? own)
    {
        if (!archive.Has(name, own is not null))
            return null;
        UpdateModifiers found = own ?? new();
        archive.Within(name, inner => found = found.Describe(inner));
        return found;
    }

    /// <summary>The decay, corrected if it is decoupled and there is a largest rate.</summary>
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
