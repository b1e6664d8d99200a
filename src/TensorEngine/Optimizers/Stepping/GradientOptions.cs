namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// What happens to gradients on their way into a step, in the pass of the update itself: g = clamp(factor * gradient) with
/// factor = scale / calls * min(1, clipNorm / (norm + 1e-6)). The norm is that of all scaled gradients of the optimizer's trainable
/// parameters together; its squares are summed in double, so that finite gradients never give an infinite norm.
/// </summary>
public sealed record GradientOptions
{
    /// <summary>
    /// What gradients are multiplied by first: 1 / (loss scale), 1 / (batches that were added up by hand); finite, by default 1. May differ
    /// from step to step.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double Scale
    {
        get;
        set => field = HyperParameter.Finite(value);
    } = 1;

    /// <summary>
    /// Of how many calls of <see cref="Optimizer.Step"/> one takes a step; at least 1, by default 1: every call does. The others count and
    /// leave everything as it is, so that the gradients of what is between them add up, each batch's to the sum of those before it, in
    /// float; the step takes the mean, by multiplying by Scale / calls once. Modifiers, clipping and skipping see the sum. A run that is
    /// saved between two steps saves the sums.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long StepEvery
    {
        get;
        set => field = Require.AtLeast(1, value, nameof(StepEvery));
    } = 1;

    /// <summary>
    /// The power of the norm that <see cref="ClipNorm"/> limits: 2 (the default) for the root of the squares' sum, 1 for the sum of
    /// magnitudes, infinity for the largest magnitude, or any other p from 1 on for the p-th root of the sum of p-th powers, which costs an
    /// exponential function and a logarithm for each element, and another pass for the largest one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1, NaN, or finite but not as a float.</exception>
    public double NormPower
    {
        get;
        set => field = double.IsPositiveInfinity(value) ? value : HyperParameter.AtLeast(1, value);
    } = 2;

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
        NormPower = archive.Has(nameof(NormPower), NormPower != 2) ? archive.Number(nameof(NormPower), NormPower) : 2;
        StepEvery = archive.Has(nameof(StepEvery), StepEvery != 1) ? archive.Integer(nameof(StepEvery), StepEvery, 1) : 1;
    }

    internal GradientOptions Copy() => (GradientOptions)MemberwiseClone();

    /// <summary>Whether a step has to know the norm.</summary>
    internal bool NeedNorm => ClipNorm is not null || SkipNonFinite;
}
