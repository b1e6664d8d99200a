namespace TensorEngine.Minimization;

/// <summary>Computes the height of a curve.</summary>
/// <param name="x">The position.</param>
/// <param name="parameters">The parameters; valid during the call.</param>
/// <returns>The height of the curve. A value that is not finite means that the parameters are not allowed.</returns>
public delegate double Curve(double x, ReadOnlySpan<double> parameters);

/// <summary>Computes the derivatives of a curve with respect to its parameters.</summary>
/// <param name="x">The position.</param>
/// <param name="parameters">The parameters; valid during the call.</param>
/// <param name="gradient">Receives the derivative with respect to each parameter; all are 0 when the call begins.</param>
public delegate void CurveGradient(double x, ReadOnlySpan<double> parameters, Span<double> gradient);

/// <summary>Fits curves to observations: <see cref="LeastSquares"/> with the residuals y_i - curve(x_i).</summary>
public static class CurveFit
{
    /// <summary>Finds the parameters with which a curve fits observations best.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="x">The positions of the observations. They are copied.</param>
    /// <param name="y">The observations, as many as in <paramref name="x"/>. They are copied.</param>
    /// <param name="start">The first parameters; not written. Elements outside the bounds start at the nearest bound.</param>
    /// <param name="gradient">The derivatives, or null for central differences, which are slower and less exact.</param>
    /// <param name="options">Weights, bounds and stopping criteria, or null for the defaults.</param>
    /// <param name="progress">Called after each iteration.</param>
    /// <param name="cancellationToken">Ends the search before the next evaluation; the best parameters are returned.</param>
    /// <returns>The best parameters, their covariance, and the reason why the search ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="curve"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="x"/> is empty or not as long as <paramref name="y"/>; or <see cref="LeastSquares.Minimize"/> refuses an argument.
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
            throw new ArgumentException("x is empty; it must have at least one element.", nameof(x));
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
