namespace Samples.Shared.Charts;

/// <summary>Makes long, noisy curves readable.</summary>
public static class Smoothing
{
    /// <summary>
    /// Points of the moving average of <paramref name="values"/>: the first, the last and as many between as are asked for, or so.
    /// The curve starts at the first value; at its end the mean is of the values that there are.
    /// </summary>
    /// <param name="values">The curve, at least one value.</param>
    /// <param name="window">How many values a point is the mean of: an odd number; 1 is no smoothing.</param>
    /// <param name="pointCount">About how many points.</param>
    /// <returns>Indices into <paramref name="values"/>, and the mean around each.</returns>
    public static IReadOnlyList<(int Index, double Mean)> MovingAverage(IReadOnlyList<double> values, int window, int pointCount)
    {
        ArgumentNullException.ThrowIfNull(values);
        var points = new List<(int Index, double Mean)>();
        int last = values.Count - 1;
        int stride = Math.Max(1, values.Count / pointCount);
        for (int index = 0; index < last; index += stride)
            points.Add((index, MeanAround(values, index, window)));
        points.Add((last, MeanAround(values, last, window)));
        return points;
    }

    private static double MeanAround(IReadOnlyList<double> values, int index, int window)
    {
        int before = Math.Min(window / 2, index);
        int after = Math.Min(before, values.Count - 1 - index);
        double sum = 0;
        for (int i = index - before; i <= index + after; i++)
            sum += values[i];
        return sum / (before + 1 + after);
    }
}
