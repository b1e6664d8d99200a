namespace TensorEngine.Minimization;

/// <summary>
/// Compares gradients with central differences at a sequence of steps, extrapolated to a step of 0.
/// <code>
/// g(h) = (f(x + h) - f(x - h)) / 2 h,   h = 0.1 |x|, each next one smaller by 2.744
/// </code>
/// Of all extrapolations the one that changes least is used, and its change is the uncertainty: the derivative of a smooth function has 10
/// to 12 correct digits, or 3 to 5 if the function computes with floats. A check takes 30 calls per variable.
/// Source: Ridders, Accurate computation of F'(x) and F'(x) F''(x), 1982.
/// </summary>
public static class GradientCheck
{
    /// <summary>Checks the gradient of a function.</summary>
    /// <param name="objective">The function and its gradient.</param>
    /// <param name="point">
    /// The point to check. For an element of 0, |x| is replaced with the largest magnitude of the others, or 1 if all are 0.
    /// </param>
    /// <param name="tolerance">The largest relative error that passes; at least 0, by default 1e-6.</param>
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
        return Compare(Value, 1, point, gradient, DifferenceStep.Typical(point), tolerance) with { Row = null };

        void Value(ReadOnlySpan<double> where, Span<double> values)
        {
            Array.Clear(unused);
            values[0] = objective(where, unused);
        }
    }

    /// <summary>Checks the Jacobian of residuals.</summary>
    /// <param name="residuals">The residuals.</param>
    /// <param name="count">The number of residuals; at least 1.</param>
    /// <param name="jacobian">Their derivatives.</param>
    /// <param name="point">The point to check.</param>
    /// <param name="tolerance">The largest relative error that passes; at least 0, by default 1e-6.</param>
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
        return Compare(residuals, count, point, rows, DifferenceStep.Typical(point), tolerance);
    }

    /// <summary>
    /// Checks the gradients of parameters, for example of a network: <c>h = 0.1 max(|x|, root mean square of the parameter)</c>, or 0.1 if
    /// that is 0. The uncertainty assumes that the loss is rounded to float. A check takes 30 calls per element, so it is for small models.
    /// Parameters that are not trainable are left out. Afterward the values are unchanged, and the gradients are those of the last call.
    /// </summary>
    /// <param name="store">The store with the parameters; its layout becomes fixed.</param>
    /// <param name="closure">
    /// Computes the loss for the current values and sets the gradients, or adds to them, as for <see cref="Lbfgs.Step"/>. It must be the
    /// same function at every call: the same data, and no dropout.
    /// </param>
    /// <param name="tolerance">The largest relative error that passes; at least 0, by default 1e-3.</param>
    /// <returns>The worst component, with the name of its parameter.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> or <paramref name="closure"/> is null.</exception>
    /// <exception cref="ArgumentException">No parameter is trainable, or a value of one is not a finite number.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative, NaN or infinite.</exception>
    /// <exception cref="InvalidOperationException">The closure has changed whether a parameter is trainable.</exception>
    public static GradientCheckResult Run(ParameterStore store, Func<double> closure, double tolerance = 1e-3)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(closure);
        Minimization.Tolerance.Of(tolerance, nameof(tolerance));
        Parameter[] parameters = [.. store.Parameters.Where(parameter => parameter.Trainable)];
        if (parameters.Length == 0)
            throw new ArgumentException("store has no trainable parameter; there is no gradient to check.", nameof(store));
        var function = new ParameterPoint(parameters) { Closure = closure };
        double[] point = new double[function.Length], gradient = new double[point.Length], unused = new double[point.Length];
        function.Read(point);
        StartPoint.Check(point, null, nameof(store));
        try
        {
            function.Evaluate(point, gradient);
            GradientCheckResult result = Compare(Value, 1, point, gradient, Typical(parameters, point), tolerance, single: true);
            (Parameter worst, int element) = Locate(parameters, result.Worst);
            return result with { Row = null, Worst = element, Parameter = worst.Name };
        }
        finally
        {
            function.Write(point);
        }

        void Value(ReadOnlySpan<double> where, Span<double> values) => values[0] = function.Evaluate(where, unused);
    }

    private static double[] Typical(Parameter[] parameters, double[] point)
    {
        double[] typical = new double[point.Length];
        int at = 0;
        foreach (Parameter parameter in parameters)
        {
            ReadOnlySpan<double> values = point.AsSpan(at, parameter.Length);
            double mean = Math.Sqrt(DoubleVector.Dot(values, values) / values.Length);
            for (int i = 0; i < values.Length; i++)
                typical[at++] = mean > 0 ? Math.Max(mean, Math.Abs(values[i])) : 1;
        }

        return typical;
    }

    private static (Parameter Parameter, int Element) Locate(Parameter[] parameters, int index)
    {
        int which = 0;
        for (; index >= parameters[which].Length; which++)
            index -= parameters[which].Length;
        return (parameters[which], index);
    }

    private static GradientCheckResult Compare(
        Residuals residuals, int count, ReadOnlySpan<double> point, double[] rows, double[] typical, double tolerance, bool single = false)
    {
        var differences = new RidderDifferences(residuals, count, point, single);
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
