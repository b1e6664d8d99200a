using System.Globalization;

namespace TensorEngine.Minimization;

/// <summary>Called after each iteration of <see cref="Minimizer"/>.</summary>
/// <param name="iteration">The state after the iteration.</param>
/// <param name="point">The lowest point so far; valid during the call.</param>
public delegate void MinimizerProgress(MinimizerIteration iteration, ReadOnlySpan<double> point);

/// <summary>The state after an iteration of <see cref="Minimizer"/>.</summary>
/// <param name="Number">The number of the iteration, from 1.</param>
/// <param name="Evaluations">Evaluations so far.</param>
/// <param name="Value">The value at the point.</param>
/// <param name="GradientNorm">The largest magnitude of the gradient's elements that no bound blocks.</param>
/// <param name="StepLength">The length of the step relative to the direction.</param>
public readonly record struct MinimizerIteration(long Number, long Evaluations, double Value, double GradientNorm, double StepLength)
{
    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(MinimizerIteration), PrintMembers);
}

/// <summary>The result of <see cref="Minimizer"/>.</summary>
/// <param name="Point">The lowest point of all evaluations whose value and gradient are finite numbers.</param>
/// <param name="Value">The value there.</param>
/// <param name="GradientNorm">The largest magnitude there of the gradient's elements that no bound blocks.</param>
/// <param name="Iterations">Iterations that moved.</param>
/// <param name="Evaluations">The number of evaluations.</param>
/// <param name="Reason">The reason why it stopped.</param>
public sealed record MinimizerResult(
    double[] Point, double Value, double GradientNorm, long Iterations, long Evaluations, StopReason Reason)
{
    /// <summary>
    /// Whether the search converged: <see cref="StopReason.GradientTolerance"/>,
    /// <see cref="StopReason.ChangeTolerance"/> or <see cref="StopReason.RoundingLimit"/>.
    /// </summary>
    public bool Converged => StopReasons.IsConverged(Reason);

    /// <summary>
    /// Returns a summary such as "7.82 at [-9.43, 11.39] after 9 iterations: GradientTolerance", with at most eight elements.
    /// </summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Value} at {PointText.Of(Point)} after {Iterations} iterations: {Reason}");
}
