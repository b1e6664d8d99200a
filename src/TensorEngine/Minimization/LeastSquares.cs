namespace TensorEngine.Minimization;

/// <summary>
/// Solves nonlinear least-squares problems with the Levenberg-Marquardt method, with or without bounds.
/// <code>
/// S(x) = sum of w_i r_i(x)²
/// p = argmin |r + J p|² over |D p| &lt;= radius,   D_j the largest |J_j| so far;   x = x + p, cut off at the bounds
/// </code>
/// A step is taken if it lowers S by more than 1e-4 of what the linear model predicts; otherwise the radius shrinks. The radius starts at
/// |D x|, or |r| if the start is 0. Variables on a bound that the gradient pushes against are excluded from the step. The linear problem is
/// solved by QR and singular values, so badly determined variables cost no more digits than necessary. The units of residuals and variables
/// do not matter. S never rises; the best point is returned, also when a limit is reached or the search is canceled.
/// Sources: Moré, The Levenberg-Marquardt algorithm: implementation and theory, 1978; Kanzow, Yamashita and Fukushima,
/// Levenberg-Marquardt methods with strong local convergence properties for solving nonlinear equations with convex constraints, 2004.
/// </summary>
/// <remarks>Allocates about 24 m n bytes for m residuals and n variables at the start, and nothing per iteration.</remarks>
public static class LeastSquares
{
    /// <summary>Finds a local minimum of the sum of squares.</summary>
    /// <param name="residuals">The residuals.</param>
    /// <param name="count">
    /// The number of residuals; at least 1. With fewer residuals than variables, the variables are not determined.
    /// </param>
    /// <param name="start">The starting point; not written. Elements outside the bounds start at the nearest bound.</param>
    /// <param name="jacobian">
    /// The derivatives, or null for central differences with the steps of <see cref="NumericalGradient"/>, which take 2 n + 1 calls of the
    /// residuals per Jacobian and are less exact.
    /// </param>
    /// <param name="options">Weights, bounds and stopping criteria, or null for the defaults.</param>
    /// <param name="progress">Called after each iteration.</param>
    /// <param name="cancellationToken">
    /// Ends the search before the next evaluation, or the next variable of a numerical Jacobian. The best point is returned; no exception
    /// is thrown.
    /// </param>
    /// <returns>The best point, its covariance, and the reason why the search ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="residuals"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="start"/> is empty, has an element that is not a finite number, or is not as long as the bounds; or the number of
    /// weights is not that of the residuals, or a weight is negative or not finite.
    /// </exception>
    public static LeastSquaresResult Minimize(
        Residuals residuals,
        int count,
        ReadOnlySpan<double> start,
        Jacobian? jacobian = null,
        LeastSquaresOptions? options = null,
        LeastSquaresProgress? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        count = Require.AtLeast(1, count, nameof(count));
        options ??= new();
        StartPoint.Check(start, options.Bounds);
        CheckWeights(options, count);
        var model = new ResidualModel(residuals, jacobian, count, start, options) { CancellationToken = cancellationToken };
        return new LevenbergMarquardt(model, count, start, options, cancellationToken).Run(progress);
    }

    private static void CheckWeights(LeastSquaresOptions options, int count)
    {
        ReadOnlySpan<double> weights = options.Weights.Span;
        if (weights.IsEmpty)
            return;
        if (weights.Length != count)
            throw new ArgumentException($"options has {weights.Length} weights; there are {count} residuals.", nameof(options));
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || !double.IsFinite(weights[i]))
                throw new ArgumentException($"options' weight {i} is {weights[i]}; it must be at least 0 and finite.", nameof(options));
        }
    }
}
