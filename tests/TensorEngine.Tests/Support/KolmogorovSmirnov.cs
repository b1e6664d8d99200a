namespace TensorEngine.Tests.Support;

/// <summary>The largest distance between the distribution of draws and an exact one.</summary>
public static class KolmogorovSmirnov
{
    /// <summary>
    /// The distance times the square root of the number of draws that chance exceeds once in a million times: the limit
    /// distribution has probability 2 e^(-2 d^2) beyond d.
    /// </summary>
    public const double OneInAMillion = 2.694;

    /// <summary>The scaled distance of sorted draws.</summary>
    public static double Of(ReadOnlySpan<float> sorted, Func<double, double> distribution)
    {
        double largest = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double exact = distribution(sorted[i]);
            largest = Math.Max(largest, Math.Max(exact - (double)i / sorted.Length, (i + 1.0) / sorted.Length - exact));
        }

        return largest * Math.Sqrt(sorted.Length);
    }

    /// <summary>The scaled distance at the upper edges of bins of equal width.</summary>
    public static double Of(ReadOnlySpan<int> bins, double low, double high, Func<double, double> distribution)
    {
        long count = 0;
        foreach (int hits in bins)
            count += hits;
        double largest = 0;
        long below = 0;
        for (int i = 0; i < bins.Length; i++)
        {
            below += bins[i];
            double edge = low + (high - low) * (i + 1) / bins.Length;
            largest = Math.Max(largest, Math.Abs((double)below / count - distribution(edge)));
        }

        return largest * Math.Sqrt(count);
    }
}
