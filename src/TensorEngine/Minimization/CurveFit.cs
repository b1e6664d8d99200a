namespace TensorEngine.Minimization;

/// <summary>A curve.</summary>
/// <param name="x">Where.</param>
/// <param name="parameters">The parameters; valid during the call.</param>
/// <returns>The height of the curve. What is not finite means that the parameters are not allowed.</returns>
public delegate double Curve(double x, ReadOnlySpan<double> parameters);

/// <summary>The derivatives of a curve by its parameters.</summary>
/// <param name="x">Where.</param>
/// <param name="parameters">The parameters; valid during the call.</param>
/// <param name="gradient">Receives the derivative by each parameter; all are 0 when the call begins.</param>
public delegate void CurveGradient(double x, ReadOnlySpan<double> parameters, Span<double> gradient);

/// <summary>Fits curves to observations: <see cref="LeastSquares"/> with the residuals y_i - curve(x_i).</summary>
public static class CurveFit
{
    /// <summary>Finds parameters with which a curve passes close to observations.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="x">Where the observations are. Copied.</param>
    /// <param name="y">The observations, as many as <paramref name="x"/>. Copied.</param>
    /// <param name="start">The first parameters; not written. Elements outside the bounds start at the nearest bound.</param>
    /// <param name="gradient">The derivatives; null for central differences, which are slower and less exact.</param>
    /// <param name="options">Weights, bounds, when to stop; null for the defaults.</param>
    /// <param name="progress">Called after each iteration.</param>
    /// <param name="cancellationToken">Ends the search before the next evaluation; the best parameters are returned.</param>
    /// <returns>The best parameters, their covariance, and why the search ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="curve"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="x"/> is empty or not as long as <paramref name="y"/>; or what <see cref="LeastSquares.Minimize"/> refuses.
    /// </exception>
    public static LeastSquaresResult Fit(
        Curve curve,
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> y,
        ReadOnlySpan<double> start,
        CurveGradient? gradient = null,
        LeastSquaresOptions? options = null,
        LeastSquaresProgress? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(curve);
        if (x.IsEmpty)
            throw new ArgumentException("x is empty; it needs at least one element.", nameof(x));
        Lengths.Same(x.Length, y.Length, nameof(x), nameof(y));
        double[] places = x.ToArray(), heights = y.ToArray();
        Jacobian? jacobian = gradient is null ? null : FindJacobian;
        return LeastSquares.Minimize(FindResiduals, places.Length, start, jacobian, options, progress, cancellationToken);

        void FindResiduals(ReadOnlySpan<double> parameters, Span<double> residuals)
        {
            for (int i = 0; i < places.Length; i++)
                residuals[i] = heights[i] - curve(places[i], parameters);
        }

        void FindJacobian(ReadOnlySpan<double> parameters, Span<double> rows)
        {
            for (int i = 0; i < places.Length; i++)
            {
                Span<double> row = rows.Slice(i * parameters.Length, parameters.Length);
                gradient!(places[i], parameters, row);
                for (int j = 0; j < row.Length; j++)
                    row[j] = -row[j];
            }
        }
    }
}
