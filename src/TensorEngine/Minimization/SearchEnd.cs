namespace TensorEngine.Minimization;

/// <summary>How a search along a direction ended.</summary>
internal enum SearchEnd
{
    /// <summary>The strong Wolfe conditions hold, or the value falls up to the longest step.</summary>
    Succeeded,

    /// <summary>The conditions hold nowhere that was tried, but the best trial is lower than the start.</summary>
    Lower,

    /// <summary>No trial is lower than the start.</summary>
    Failed,

    /// <summary>No trial is finite.</summary>
    NotFinite,

    /// <summary>The value is negative infinity, or still falls after the longest extrapolation.</summary>
    Unbounded,
}
