namespace TensorEngine.Benchmarks.Tool.Comparing;

/// <summary>What is said of a row.</summary>
internal enum Verdict
{
    /// <summary>No difference that chance does not explain, or one that is too small to matter.</summary>
    Same,

    /// <summary>The second run takes less time.</summary>
    Faster,

    /// <summary>The second run takes more time.</summary>
    Slower,
}

/// <summary>A row of two runs.</summary>
/// <param name="Name">The row.</param>
/// <param name="Ratio">The second run's median divided by the first one's, both relative to their reference loops.</param>
/// <param name="TimeRatio">The ratio of the times themselves, with what the machine's clock has done between.</param>
/// <param name="Probability">Of so different ranks, if nothing had changed.</param>
/// <param name="Threshold">By what part the medians must differ: what the runs themselves differ by without any change.</param>
/// <param name="Verdict">What is said of it.</param>
internal sealed record RowComparison(
    string Name, double Ratio, double TimeRatio, double Probability, double Threshold, Verdict Verdict);
