namespace TensorEngine.Minimization;

/// <summary>
/// The reason why <see cref="Minimizer"/>, <see cref="LeastSquares"/> or <see cref="Lbfgs"/> stopped. The exact formulas are documented
/// with their tolerances.
/// </summary>
public enum StopReason
{
    /// <summary>The gradient is within its tolerance: a stationary point. Converged.</summary>
    GradientTolerance,

    /// <summary>The steps succeed, and change the value or the point by no more than the tolerance. Converged.</summary>
    ChangeTolerance,

    /// <summary>
    /// No trial is lower, and the model's expected improvement is so small that the rounding of the value hides it. Converged, as far as
    /// the precision of the value shows.
    /// </summary>
    RoundingLimit,

    /// <summary>The iteration limit was reached.</summary>
    MaximumIterations,

    /// <summary>The evaluation limit was reached.</summary>
    MaximumEvaluations,

    /// <summary>Cancellation was requested.</summary>
    Cancelled,

    /// <summary>The value or gradient at the start is not a finite number.</summary>
    NotFiniteAtStart,

    /// <summary>The value at the start, or at the point reached, is finite, but it is not finite at any trial around it.</summary>
    NotFiniteAround,

    /// <summary>No trial along the last direction is lower, although the gradient is above its tolerance.</summary>
    SearchFailed,

    /// <summary>
    /// The gradient contradicts the values: according to the gradient, the function falls along a direction in which it rises at
    /// sufficiently small steps. <see cref="GradientCheck"/> finds the wrong component.
    /// </summary>
    WrongGradient,

    /// <summary>The function is unbounded below: a value is negative infinity, or a search found no end to the descent.</summary>
    Unbounded,
}

/// <summary>Describes the reasons.</summary>
internal static class StopReasons
{
    public static bool IsConverged(StopReason reason) =>
        reason is StopReason.GradientTolerance or StopReason.ChangeTolerance or StopReason.RoundingLimit;
}
