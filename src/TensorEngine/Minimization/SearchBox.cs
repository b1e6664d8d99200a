namespace TensorEngine.Minimization;

/// <summary>How far a search may go.</summary>
internal readonly ref struct SearchBox
{
    /// <summary>What trials are clamped to; null for nothing.</summary>
    public Bounds? Bounds { get; init; }

    /// <summary>The longest step; at least 1, infinity for any.</summary>
    public required double Longest { get; init; }

    /// <summary>The point at a step of 1, free of rounding, so that it lies on its bounds; empty for point + direction.</summary>
    public ReadOnlySpan<double> Target { get; init; }
}
