namespace TensorEngine.Minimization;

/// <summary>
/// Why an iteration ended: the reasons of <see cref="Minimizer"/>, <see cref="LeastSquares"/> and <see cref="Lbfgs"/>. Each states
/// its own formulas where its tolerances are documented.
/// </summary>
public enum StopReason
{
    /// <summary>The gradient is within its tolerance: a stationary point. Converged.</summary>
    GradientTolerance,

    /// <summary>The steps succeed, and change value or point by no more than their tolerance. Converged.</summary>
    ChangeTolerance,

    /// <summary>
    /// No trial is lower, and what the model still expects to gain is so little that the value's rounding hides it. Converged, as
    /// far as the value's precision shows.
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

    /// <summary>The start, or the point reached, is finite, but every trial around it is not: it has no neighbourhood to search.</summary>
    NotFiniteAround,

    /// <summary>No trial along the last direction is lower, although the gradient is above its tolerance.</summary>
    SearchFailed,

    /// <summary>
    /// The gradient contradicts the values: it says that the function falls along a direction along which it rises, at steps small
    /// enough to tell. <see cref="GradientCheck"/> finds the component.
    /// </summary>
    WrongGradient,

    /// <summary>The function falls without an end: a value is negative infinity, or a search found no end to the descent.</summary>
    Unbounded,
}

/// <summary>What the reasons mean.</summary>
internal static class StopReasons
{
    public static bool IsConverged(StopReason reason) =>
        reason is StopReason.GradientTolerance or StopReason.ChangeTolerance or StopReason.RoundingLimit;
}
