using NUnit.Framework;
using TensorEngine.Benchmarks.Tool.Statistics;

namespace TensorEngine.Tests.Benchmarks;

/// <summary>The rank test of the benchmarks' tool gives the probabilities of SciPy 1.10.1, <c>scipy.stats.mannwhitneyu</c>, two-sided.</summary>
public sealed class RankTestTests
{
    // The first is the example of SciPy's documentation, which has the exact probability and the approximate one.
    private static readonly TestCaseData[] s_exact =
    [
        new(new double[] { 19, 22, 16, 29, 24 }, new double[] { 20, 11, 17, 12 }, 0.1111111111111111),
        new(new double[] { 1, 2, 3, 4, 5 }, new double[] { 6, 7, 8, 9, 10 }, 0.007936507936507936),
        new(new[] { 1.1, 2.2, 3.3, 4.4 }, new[] { 2.5, 3.5, 4.5, 5.5, 6.5, 0.5 }, 0.35238095238095235),
        new(
            new double[] { 10, 11, 12, 13, 14, 15, 16, 17, 18 },
            new[] { 12.5, 13.5, 14.5, 15.5, 16.5, 17.5, 18.5, 19.5, 20.5 },
            0.09391197038255862),
        new(
            new[] { 0.14, 0.17, 0.20, 0.22, 0.27, 0.31, 0.11, 0.09 },
            new[] { 0.30, 0.33, 0.35, 0.12, 0.41, 0.26, 0.50, 0.29 },
            0.020668220668220667),
        new(Enumerable.Range(1, 25).Select(i => (double)i).ToArray(), Enumerable.Range(1, 25).Select(i => i + 5.5).ToArray(), 0.016982216353507554),
    ];

    // With ties, or with more than thirty numbers.
    private static readonly TestCaseData[] s_approximate =
    [
        new(new double[] { 1, 2, 2, 3 }, new double[] { 2, 3, 4, 4, 5 }, 0.07854585095119067),
        new(new double[] { 1, 1, 1, 2 }, new double[] { 1, 1, 2, 2 }, 0.6084078002329985),
        new(
            Enumerable.Range(0, 30).Select(i => 2.0 * i).ToArray(), Enumerable.Range(3, 37).Select(i => i + 0.5).ToArray(), 0.08075492752116754),
    ];

    [TestCaseSource(nameof(s_exact))]
    [TestCaseSource(nameof(s_approximate))]
    public void ProbabilitiesAreThoseOfSciPy(double[] first, double[] second, double expected)
    {
        Assert.That(RankTest.Probability(first, second), Is.EqualTo(expected).Within(1e-12));
        Assert.That(RankTest.Probability(second, first), Is.EqualTo(expected).Within(1e-12), "It is two-sided.");
    }

    /// <summary>The critical values of Mann and Whitney's table, two-sided at 0.05: the largest number of wins that is still significant.</summary>
    [TestCase(5, 2)]
    [TestCase(6, 5)]
    [TestCase(7, 8)]
    [TestCase(8, 13)]
    [TestCase(9, 17)]
    [TestCase(10, 23)]
    [TestCase(20, 127)]
    public void CriticalValuesAreThePublishedOnes(int count, int wins)
    {
        Assert.That(Probability(wins), Is.LessThanOrEqualTo(0.05));
        Assert.That(Probability(wins + 1), Is.GreaterThan(0.05));

        // The first sample is 0, 1, 2, ...; each whole step of one of the second's numbers past them is a win.
        double Probability(int won)
        {
            double[] first = [.. Enumerable.Range(0, count).Select(i => (double)i)];
            double[] second = new double[count];
            for (int i = 0; i < count; i++)
            {
                int below = Math.Min(won, count);
                won -= below;
                second[i] = count - below - 0.5 + i / 1000.0;
            }

            return RankTest.Probability(first, second);
        }
    }

    [Test]
    public void NothingDiffersWhereAllNumbersAreEqual() => Assert.That(RankTest.Probability([1, 1, 1], [1, 1, 1]), Is.EqualTo(1));

    [TestCase(5, 2.0 / 252)]
    [TestCase(9, 2.0 / 48620)]
    public void TheLeastProbabilityIsThatOfTwoOrders(int count, double expected) =>
        Assert.That(RankTest.Least(count, count), Is.EqualTo(expected).Within(1e-15));

    // scipy.stats.norm.sf, SciPy 1.10.1.
    [TestCase(0, 0.5)]
    [TestCase(0.5, 0.3085375387259869)]
    [TestCase(1.96, 0.024997895148220435)]
    [TestCase(3, 0.0013498980316300933)]
    [TestCase(5, 2.866515718791933e-07)]
    [TestCase(7, 1.279812543885835e-12)]
    [TestCase(20, 2.7536241186061556e-89)]
    [TestCase(-1, 1 - 0.15865525393145707)]
    public void TheTailIsThatOfSciPy(double deviations, double expected) =>
        Assert.That(NormalTail.Beyond(deviations), Is.EqualTo(expected).Within(1e-10 * expected));
}
