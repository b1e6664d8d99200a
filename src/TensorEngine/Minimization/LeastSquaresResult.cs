using System.Globalization;

namespace TensorEngine.Minimization;

/// <summary>Called after each iteration of <see cref="LeastSquares"/>.</summary>
/// <param name="iteration">The state after the iteration.</param>
/// <param name="point">The best point so far; valid during the call.</param>
public delegate void LeastSquaresProgress(LeastSquaresIteration iteration, ReadOnlySpan<double> point);

/// <summary>The state after an iteration of <see cref="LeastSquares"/>.</summary>
/// <param name="Number">The number of the iteration, from 1.</param>
/// <param name="Evaluations">Evaluations of the residuals so far.</param>
/// <param name="SumOfSquares">The weighted sum of squared residuals at the point.</param>
/// <param name="GradientCosine">The largest |J_j·r| / (|J_j| |r|) over the variables that no bound blocks.</param>
public readonly record struct LeastSquaresIteration(long Number, long Evaluations, double SumOfSquares, double GradientCosine)
{
    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(LeastSquaresIteration), PrintMembers);
}

/// <summary>The result of <see cref="LeastSquares"/>.</summary>
/// <param name="Point">The point with the least sum of squares of all evaluations.</param>
/// <param name="SumOfSquares">The weighted sum of squared residuals there: the sum of w_i r_i².</param>
/// <param name="Covariance">
/// The covariance of the variables, element by element:
/// <code>
/// S / (m - n) (J' W J)^-1,   without the first factor if the weights are inverse variances
/// </code>
/// m residuals, n variables that no bound blocks. NaN in the rows and columns of the others, and everywhere if the Jacobian does not
/// determine all variables, m is n, or the search ended before the Jacobian at the point was known: cancelled, or not finite.
/// </param>
/// <param name="Iterations">Steps taken.</param>
/// <param name="Evaluations">Evaluations of the residuals, without those for a numerical Jacobian.</param>
/// <param name="JacobianEvaluations">Evaluations of the Jacobian.</param>
/// <param name="Reason">The reason why it stopped.</param>
public sealed record LeastSquaresResult(
    double[] Point,
    double SumOfSquares,
    double[,] Covariance,
    long Iterations,
    long Evaluations,
    long JacobianEvaluations,
    StopReason Reason)
{
    /// <summary>
    /// Whether the search converged: <see cref="StopReason.GradientTolerance"/>,
    /// <see cref="StopReason.ChangeTolerance"/> or <see cref="StopReason.RoundingLimit"/>.
    /// </summary>
    public bool Converged => StopReasons.IsConverged(Reason);

    /// <summary>The standard error of each variable: the root of its variance on the diagonal of the covariance.</summary>
    public double[] StandardErrors() => [.. Enumerable.Range(0, Point.Length).Select(i => Math.Sqrt(Covariance[i, i]))];

    /// <summary>
    /// Returns a summary such as "0.124 at [238.9, 0.00055] after 9 iterations: ChangeTolerance", with at most eight elements.
    /// </summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{SumOfSquares} at {PointText.Of(Point)} after {Iterations} iterations: {Reason}");
}
