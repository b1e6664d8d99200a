namespace TensorEngine.Minimization;

/// <summary>The common options of <see cref="Minimizer"/> and <see cref="LeastSquares"/>: bounds and limits.</summary>
public abstract record MinimizationOptions
{
    private protected MinimizationOptions()
    {
    }

    /// <summary>The smallest and largest value of each variable, or null (the default) for no bounds.</summary>
    public Bounds? Bounds { get; init; }

    /// <summary>The iteration limit; at least 1, by default 1000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaximumIterations
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(MaximumIterations));
    } = 1000;

    /// <summary>
    /// The limit of evaluations of the function or the residuals, also within an iteration; at least 1, by default 10,000. Calls for
    /// numerical derivatives do not count.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaximumEvaluations
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(MaximumEvaluations));
    } = 10_000;

    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public sealed override string ToString() => InvariantText.OfRecord(GetType().Name, PrintMembers);
}
