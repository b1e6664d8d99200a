namespace TensorEngine.Benchmarks.Tool.Statistics;

/// <summary>
/// The rank test of Mann and Whitney ("On a test of whether one of two random variables is stochastically larger than the other", 1947),
/// two-sided. It assumes nothing of how the samples are distributed, so that a process that was disturbed counts as one high rank and no more.
/// </summary>
internal static class RankTest
{
    /// <summary>Up to so many samples on either side the exact distribution is used, if no two samples are equal.</summary>
    private const int MostForExact = 30;

    /// <summary>
    /// How probable it is that samples differ at least as much in either direction, if both come from the same distribution: exact for few
    /// samples without ties, otherwise by the normal approximation, corrected for ties and continuity.
    /// </summary>
    /// <param name="first">One sample, at least one number and no NaN.</param>
    /// <param name="second">The other one, likewise.</param>
    public static double Probability(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        (double wins, bool tied) = Wins(first, second);
        double least = Math.Min(wins, (double)first.Count * second.Count - wins);
        return !tied && Math.Max(first.Count, second.Count) <= MostForExact
            ? Exact(first.Count, second.Count, (int)least)
            : Approximate(first, second, least);
    }

    /// <summary>The probability of the most different samples of these sizes: no comparison can be surer.</summary>
    public static double Least(int firstCount, int secondCount) => Exact(firstCount, secondCount, 0);

    /// <summary>In how many pairs the first sample's number is the larger one; pairs of equal numbers count half.</summary>
    private static (double Wins, bool Tied) Wins(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double wins = first.Sum(one => second.Sum(other => one > other ? 1 : one == other ? 0.5 : 0));
        return (wins, Ties(first, second).Any(count => count > 1));
    }

    private static IEnumerable<int> Ties(IReadOnlyList<double> first, IReadOnlyList<double> second) =>
        first.Concat(second).GroupBy(number => number).Select(group => group.Count());

    private static double Exact(int firstCount, int secondCount, int wins)
    {
        double[] orders = Orders(firstCount, secondCount);
        return Math.Min(1, 2 * orders.Take(wins + 1).Sum() / orders.Sum());
    }

    /// <summary>
    /// How many of the orders of two samples have 0, 1, 2, ... wins: the coefficients of the Gaussian binomial, which is the product of
    /// (1 - q^(firstCount + i)) / (1 - q^i) for i from 1 to secondCount.
    /// </summary>
    private static double[] Orders(int firstCount, int secondCount)
    {
        double[] orders = new double[firstCount * secondCount + 1];
        orders[0] = 1;
        for (int i = 1; i <= secondCount; i++)
        {
            for (int power = orders.Length - 1; power >= firstCount + i; power--)
                orders[power] -= orders[power - firstCount - i];
            for (int power = i; power < orders.Length; power++)
                orders[power] += orders[power - i];
        }

        return orders;
    }

    private static double Approximate(IReadOnlyList<double> first, IReadOnlyList<double> second, double least)
    {
        double pairs = (double)first.Count * second.Count;
        double count = first.Count + second.Count;
        double ties = Ties(first, second).Sum(equal => (double)equal * equal * equal - equal);
        double variance = pairs / 12 * (count + 1 - ties / (count * (count - 1)));

        // The half is the correction for continuity. Where all numbers are equal, nothing differs.
        double deviations = variance > 0 ? (pairs / 2 - least - 0.5) / Math.Sqrt(variance) : 0;
        return Math.Min(1, 2 * NormalTail.Beyond(deviations));
    }
}
