namespace TensorEngine.Optimizers.Stepping;

/// <summary>The outcome of a step.</summary>
/// <param name="Taken">False if the step was skipped because a gradient was not finite.</param>
/// <param name="GradientNorm">
/// The global norm of the scaled gradients before clipping; null if neither clipping nor skipping asked for it.
/// </param>
public readonly record struct StepResult(bool Taken, double? GradientNorm);
