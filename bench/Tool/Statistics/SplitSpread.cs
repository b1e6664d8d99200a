using Samples.Shared.Timing;

namespace TensorEngine.Benchmarks.Tool.Statistics;

/// <summary>What a row differs by when nothing has changed: an A/A comparison of a run with itself.</summary>
internal static class SplitSpread
{
    private const int Splits = 400;
    private const double Share = 0.95;

    /// <summary>
    /// Splits the processes of a run at random into two halves, again and again, and compares the halves' medians: 95% of the differences are at
    /// most this, as a part of the smaller median.
    /// </summary>
    /// <param name="numbers">By each process of the run, positive.</param>
    public static double Of(IReadOnlyList<double> numbers)
    {
        double[] shuffled = [.. numbers];
        if (shuffled.Length < 2)
            return double.PositiveInfinity;
        // Always the same splits: a comparison says the same as often as it is made.
        var random = new Random(shuffled.Length);
        double[] differences = new double[Splits];
        for (int split = 0; split < Splits; split++)
        {
            random.Shuffle(shuffled);
            double first = Median(shuffled[..(shuffled.Length / 2)]), second = Median(shuffled[(shuffled.Length / 2)..]);
            differences[split] = Math.Max(first, second) / Math.Min(first, second) - 1;
        }

        Array.Sort(differences);
        return differences[(int)(Share * (Splits - 1))];
    }

    private static double Median(double[] numbers) => new Quartiles(numbers).Median;
}
