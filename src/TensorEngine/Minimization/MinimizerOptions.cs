namespace TensorEngine.Minimization;

/// <summary>
/// Options of <see cref="Minimizer"/>. The defaults do not depend on units: scaling a function or its variables by any factor does not
/// change the iterations.
/// </summary>
public sealed record MinimizerOptions : MinimizationOptions
{
    /// <summary>The number of earlier steps to remember, each taking 16 bytes per variable; at least 1, by default 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int HistorySize
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(HistorySize));
    } = 10;

    /// <summary>
    /// The search stops when max |g| is at most this, over the elements of the gradient that do not push a variable against its bound; at
    /// least 0, by default 0. Its unit is that of the value divided by that of the variables, so a default other than 0 would not make
    /// sense.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public double GradientTolerance
    {
        get;
        init => field = Tolerance.Of(value);
    }

    /// <summary>
    /// The search stops after two consecutive iterations whose line searches succeed and that lower the value by at most this times
    /// max(|f|, |f before|, 2.2e-16 (f at the start - f)); at least 0, by default 1e-15. The last term ends a descent to a minimum of 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public double ChangeTolerance
    {
        get;
        init => field = Tolerance.Of(value);
    } = 1e-15;
}
