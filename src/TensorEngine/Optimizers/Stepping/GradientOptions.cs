namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// What happens to gradients on their way into a step, in the pass of the update itself: g = clamp(factor * gradient) with
/// factor = scale * min(1, clipNorm / (norm + 1e-6)). The norm is that of all scaled gradients of the optimizer's trainable
/// parameters together; its squares are summed in double, so that finite gradients never give an infinite norm.
/// </summary>
public sealed record GradientOptions
{
    /// <summary>
    /// What gradients are multiplied by first: 1 / (loss scale), 1 / (accumulated batches); finite, by default 1. May differ
    /// from step to step.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double Scale
    {
        get;
        set => field = HyperParameter.Finite(value);
    } = 1;

    /// <summary>
    /// The norm above which all gradients are scaled down together, as torch.nn.utils.clip_grad_norm_; at least 0, null for no
    /// limit. A norm that is NaN or infinite makes gradients NaN or 0 as there, unless <see cref="SkipNonFinite"/> is set.
    /// Costs a pass that reads the gradients.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double? ClipNorm
    {
        get;
        set => field = value is { } norm ? HyperParameter.NonNegative(norm) : null;
    }

    /// <summary>
    /// The magnitude that each gradient is clamped to, after scaling and <see cref="ClipNorm"/>, as
    /// torch.nn.utils.clip_grad_value_; at least 0, null for no limit. NaN stays NaN.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double? ClipValue
    {
        get;
        set => field = value is { } bound ? HyperParameter.NonNegative(bound) : null;
    }

    /// <summary>
    /// Whether a step with a gradient that is NaN or infinite is not taken: values, state and step counts stay as they are. So with a
    /// finite gradient that <see cref="Scale"/> and <see cref="ClipNorm"/> make infinite, unless <see cref="ClipValue"/> is set.
    /// Costs a pass that reads the gradients, the same one as <see cref="ClipNorm"/>'s; a scale above 1 costs another.
    /// </summary>
    public bool SkipNonFinite { get; set; }

    /// <summary>Whether the gradients that a step has used are set to 0; those of a step that is skipped, too.</summary>
    public bool Clear { get; set; }

    /// <summary>Names and values, with the decimal point and minus sign of code whatever the culture is.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(GradientOptions), PrintMembers);

    /// <summary>Goes through all options, which are taken over on loading.</summary>
    internal void Describe(StateArchive archive)
    {
        Scale = archive.Number(nameof(Scale), Scale);
        ClipNorm = archive.Optional(nameof(ClipNorm), ClipNorm);
        ClipValue = archive.Optional(nameof(ClipValue), ClipValue);
        SkipNonFinite = archive.Flag(nameof(SkipNonFinite), SkipNonFinite);
        Clear = archive.Flag(nameof(Clear), Clear);
    }

    internal GradientOptions Copy() => (GradientOptions)MemberwiseClone();

    /// <summary>Whether a step has to know the norm.</summary>
    internal bool NeedNorm => ClipNorm is not null || SkipNonFinite;
}
