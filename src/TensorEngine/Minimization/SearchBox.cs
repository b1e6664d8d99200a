namespace TensorEngine.Minimization;

/// <summary>The limits of a search.</summary>
internal readonly ref struct SearchBox
{
    /// <summary>The bounds to which trials are clamped, or null for none.</summary>
    public Bounds? Bounds { get; init; }

    /// <summary>The longest step; at least 1, infinity for no limit.</summary>
    public required double Longest { get; init; }

    /// <summary>The point at a step of 1, free of rounding, so that it lies on its bounds; empty for point + direction.</summary>
    public ReadOnlySpan<double> Target { get; init; }
}
