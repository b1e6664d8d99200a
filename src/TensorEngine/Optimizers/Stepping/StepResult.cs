namespace TensorEngine.Optimizers.Stepping;

/// <summary>The outcome of a step.</summary>
/// <param name="Taken">False if the step was skipped because a gradient was not finite.</param>
/// <param name="GradientNorm">
/// The global norm of the scaled gradients before clipping; null if neither clipping nor skipping asked for it.
/// </param>
public readonly record struct StepResult(bool Taken, double? GradientNorm)
{
    /// <summary>
    /// Whether the call has only been counted, as <see cref="GradientOptions.StepEvery"/> says, so that gradients are to add up.
    /// </summary>
    public bool IsAccumulating { get; init; }

    /// <summary>Names and values, with the decimal point and minus sign of code whatever the culture is.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(StepResult), PrintMembers);
}
