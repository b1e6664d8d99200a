namespace TensorEngine.Minimization;

/// <summary>
/// Options of <see cref="Minimizer"/>. The defaults have no unit: a function, or its variables, times any factor take the same
/// iterations.
/// </summary>
public sealed record MinimizerOptions : MinimizationOptions
{
    /// <summary>How many earlier steps are remembered, each at 16 bytes per variable; at least 1, by default 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int HistorySize
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(HistorySize));
    } = 10;

    /// <summary>
    /// Stops where max |g| is at most this, over the elements of the gradient that do not push a variable against its bound; at
    /// least 0, by default 0. It has the unit of the value over that of the variables, which only you know.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public double GradientTolerance
    {
        get;
        init => field = Tolerance.Of(value);
    }

    /// <summary>
    /// Stops after two iterations in a row whose searches succeed and that lower the value by at most this times
    /// max(|f|, |f before|, 2.2e-16 (f at the start - f)); at least 0, by default 1e-15. The last term ends the descent to a minimum
    /// of 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public double ChangeTolerance
    {
        get;
        init => field = Tolerance.Of(value);
    } = 1e-15;
}
