namespace TensorEngine.Optimizers.Stepping;

/// <summary>The outcome of a step.</summary>
/// <param name="Taken">False if the step was skipped because a gradient was not finite.</param>
/// <param name="GradientNorm">
/// The global norm of the scaled gradients before clipping; null if neither clipping nor skipping needed it.
/// </param>
public readonly record struct StepResult(bool Taken, double? GradientNorm)
{
    /// <summary>
    /// Whether the call was only counted because of <see cref="GradientOptions.StepEvery"/>, so that gradients keep accumulating.
    /// </summary>
    public bool IsAccumulating { get; init; }

    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(StepResult), PrintMembers);
}
