namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Options for scaling, clipping, skipping and clearing gradients. They are applied in the same pass as the update: g = clamp(factor *
/// gradient) with factor = scale / calls * min(1, clipNorm / (norm + 1e-6)). The norm is that of all scaled gradients of the optimizer's
/// trainable parameters together; its squares are summed in double, so that finite gradients always have a finite norm.
/// </summary>
public sealed record GradientOptions
{
    /// <summary>
    /// The factor by which gradients are multiplied first, such as 1 / (loss scale) or 1 / (number of accumulated batches); finite, by
    /// default 1. It may differ from step to step.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double Scale
    {
        get;
        set => field = HyperParameter.Finite(value);
    } = 1;

    /// <summary>
    /// The number of calls of <see cref="Optimizer.Step"/> per step; at least 1, by default 1: every call takes a step. The other calls are
    /// only counted and change nothing, so that the gradients of several batches add up in float. The step uses their mean, by multiplying
    /// by Scale / calls once. Modifiers, clipping and skipping apply to the sum. A run that is saved between two steps includes the sums.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long StepEvery
    {
        get;
        set => field = Require.AtLeast(1, value, nameof(StepEvery));
    } = 1;

    /// <summary>
    /// The power of the norm that <see cref="ClipNorm"/> limits: 2 (the default) for the root of the sum of squares, 1 for the sum of
    /// magnitudes, infinity for the largest magnitude, or any other p of at least 1 for the p-th root of the sum of p-th powers, which
    /// costs an exponential and a logarithm for each element, and another pass for the largest magnitude.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1, NaN, or finite but not as a float.</exception>
    public double NormPower
    {
        get;
        set => field = double.IsPositiveInfinity(value) ? value : HyperParameter.AtLeast(1, value);
    } = 2;

    /// <summary>
    /// The norm above which all gradients are scaled down together, as torch.nn.utils.clip_grad_norm_; at least 0, null for no limit. As in
    /// PyTorch, a norm that is NaN or infinite makes gradients NaN or 0, unless <see cref="SkipNonFinite"/> is set. Costs a pass that reads
    /// the gradients.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double? ClipNorm
    {
        get;
        set => field = value is { } norm ? HyperParameter.NonNegative(norm) : null;
    }

    /// <summary>
    /// The magnitude to which each gradient is clamped, after scaling and <see cref="ClipNorm"/>, as
    /// torch.nn.utils.clip_grad_value_; at least 0, null for no limit. NaN stays NaN.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double? ClipValue
    {
        get;
        set => field = value is { } bound ? HyperParameter.NonNegative(bound) : null;
    }

    /// <summary>
    /// Whether to skip a step if a gradient is NaN or infinite: values, state and step counts then stay unchanged. A finite gradient that
    /// <see cref="Scale"/> and <see cref="ClipNorm"/> make infinite also skips the step, unless <see cref="ClipValue"/> is set. Costs a
    /// pass that reads the gradients, shared with <see cref="ClipNorm"/>; a scale above 1 costs another.
    /// </summary>
    public bool SkipNonFinite { get; set; }

    /// <summary>Whether a step sets the gradients to 0 after using them; a skipped step does so as well.</summary>
    public bool Clear { get; set; }

    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(GradientOptions), PrintMembers);

    /// <summary>Describes all options, which are restored on loading.</summary>
    internal void Describe(StateArchive archive)
    {
        Scale = archive.Number(nameof(Scale), Scale);
        ClipNorm = archive.Optional(nameof(ClipNorm), ClipNorm);
        ClipValue = archive.Optional(nameof(ClipValue), ClipValue);
        SkipNonFinite = archive.Flag(nameof(SkipNonFinite), SkipNonFinite);
        Clear = archive.Flag(nameof(Clear), Clear);
        NormPower = archive.Has(nameof(NormPower), NormPower != 2) ? archive.Number(nameof(NormPower), NormPower) : 2;
        StepEvery = archive.Has(nameof(StepEvery), StepEvery != 1) ? archive.Integer(nameof(StepEvery), StepEvery, 1) : 1;
    }

    internal GradientOptions Copy() => (GradientOptions)MemberwiseClone();

    /// <summary>Whether a step needs the norm.</summary>
    internal bool NeedNorm => ClipNorm is not null || SkipNonFinite;
}
