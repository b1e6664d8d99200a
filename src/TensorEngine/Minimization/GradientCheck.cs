namespace TensorEngine.Minimization;

/// <summary>
/// Compares gradients with central differences, each at a sequence of steps that is extrapolated to a step of 0.
/// <code>
/// g(h) = (f(x + h) - f(x - h)) / 2 h,   h = 0.1 |x|, each next one smaller by 2.744
/// </code>
/// Of all extrapolations the one that changes least is taken, and its change is the uncertainty: a smooth function's derivative has
/// 10 to 12 right digits. Takes up to 30 calls per variable. Source: Ridders, Accurate computation of F'(x) and F'(x) F''(x), 1982.
/// </summary>
public static class GradientCheck
{
    /// <summary>Checks the gradient of a function.</summary>
    /// <param name="objective">The function and its gradient.</param>
    /// <param name="point">
    /// Where to check. For an element of 0 the largest magnitude of the others stands for |x|, and 1 if all are 0.
    /// </param>
    /// <param name="tolerance">The relative error that passes; at least 0, by default 1e-6.</param>
    /// <returns>The worst component.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="objective"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="point"/> is empty or has an element that is not a finite number.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative, NaN or infinite.</exception>
    public static GradientCheckResult Run(Objective objective, ReadOnlySpan<double> point, double tolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(objective);
        StartPoint.Check(point, null, nameof(point));
        Minimization.Tolerance.Of(tolerance, nameof(tolerance));
        double[] gradient = new double[point.Length], unused = new double[point.Length];
        objective(point, gradient);
        return Compare(Value, 1, point, gradient, tolerance) with { Row = null };

        void Value(ReadOnlySpan<double> where, Span<double> values)
        {
            Array.Clear(unused);
            values[0] = objective(where, unused);
        }
    }

    /// <summary>Checks the Jacobian of residuals.</summary>
    /// <param name="residuals">The residuals.</param>
    /// <param name="count">How many residuals there are; at least 1.</param>
    /// <param name="jacobian">Their derivatives.</param>
    /// <param name="point">Where to check.</param>
    /// <param name="tolerance">The relative error that passes; at least 0, by default 1e-6.</param>
    /// <returns>The worst component.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="residuals"/> or <paramref name="jacobian"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="point"/> is empty or has an element that is not a finite number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> is below 1, or <paramref name="tolerance"/> is negative, NaN or infinite.
    /// </exception>
    public static GradientCheckResult Run(
        Residuals residuals, int count, Jacobian jacobian, ReadOnlySpan<double> point, double tolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        ArgumentNullException.ThrowIfNull(jacobian);
        count = Require.AtLeast(1, count, nameof(count));
        StartPoint.Check(point, null, nameof(point));
        Minimization.Tolerance.Of(tolerance, nameof(tolerance));
        double[] rows = new double[count * point.Length];
        jacobian(point, rows);
        return Compare(residuals, count, point, rows, tolerance);
    }

    private static GradientCheckResult Compare(
        Residuals residuals, int count, ReadOnlySpan<double> point, double[] rows, double tolerance)
    {
        double[] typical = DifferenceStep.Typical(point);
        var differences = new RidderDifferences(residuals, count, point);
        GradientCheckResult? worst = null;
        for (int j = 0; j < point.Length; j++)
        {
            differences.Differentiate(j, 0.1 * typical[j]);
            for (int i = 0; i < count; i++)
            {
                double given = rows[i * point.Length + j], expected = differences.Derivatives[i], doubt = differences.Uncertainties[i];
                double error = RelativeError(given, expected, doubt);
                if (worst is null || error > worst.RelativeError)
                    worst = new(j, i, given, expected, doubt, error, tolerance);
            }
        }

        return worst!;
    }

    private static double RelativeError(double given, double expected, double uncertainty)
    {
        if (!double.IsFinite(given) || !double.IsFinite(expected))
            return double.PositiveInfinity;
        double error = Math.Max(0, Math.Abs(given - expected) - uncertainty);
        return error == 0 ? 0 : error / Math.Max(Math.Abs(given), Math.Abs(expected));
    }
}
