using NUnit.Framework;
using Samples.Shared.CommandLine;
using TensorEngine.Benchmarks.Tool.Comparing;
using TensorEngine.Benchmarks.Tool.Runs;
using TensorEngine.Benchmarks.Tool.Statistics;

namespace TensorEngine.Tests.Benchmarks;

/// <summary>The comparison of two runs finds what has changed and cries no wolf.</summary>
public sealed class RunComparisonTests
{
    private const int Rows = 120;
    private const int Processes = 9;

    [Test]
    public void ARowThatIsFivePercentSlowerIsFound([Values(1, 2, 3, 4, 5)] int seed)
    {
        RunComparison comparison = RunComparison.Of(Run(seed), Run(seed + 100, slower: 7, faster: 11));
        Assert.That(comparison.Rows[7].Verdict, Is.EqualTo(Verdict.Slower));
        Assert.That(comparison.Rows[11].Verdict, Is.EqualTo(Verdict.Faster));
        Assert.That(comparison.Rows.Count(row => row.Verdict != Verdict.Same), Is.EqualTo(2));
        Assert.That(comparison.Rows[7].Ratio, Is.EqualTo(1.05).Within(0.01));
    }

    /// <summary>Ten runs beside ten others in which nothing has changed.</summary>
    [Test]
    public void NothingIsSaidWhereNothingHasChanged([Range(1, 10)] int seed) => Assert.That(
        RunComparison.Of(Run(seed), Run(seed + 100)).Rows.Where(row => row.Verdict != Verdict.Same), Is.Empty);

    [Test]
    public void TheMachinesDriftIsNoVerdict()
    {
        MachineRun run = Run(1), slow = Run(2);
        slow = slow with { Kernels = [.. slow.Kernels.Select(kernel => kernel with { Nanoseconds = [.. kernel.Nanoseconds.Select(time => 1.2 * time)] })] };
        RunComparison comparison = RunComparison.Of(run, slow);
        Assert.That(comparison.Rows.Select(row => row.Verdict), Has.All.EqualTo(Verdict.Same));
        Assert.That(comparison.Drift, Is.EqualTo(1.2).Within(0.01));
    }

    [Test]
    public void ASureButSmallDifferenceIsTheSame() => Assert.That(
        RunComparison.Of(MadeRun.Of(("a", [100, 101, 102, 103])), MadeRun.Of(("a", [103.1, 103.2, 103.3, 103.4]))).Rows[0],
        Has.Property(nameof(RowComparison.Verdict)).EqualTo(Verdict.Same).And.Property(nameof(RowComparison.Probability)).LessThan(0.05));

    [Test]
    public void RowsOfOneRunAreNamed()
    {
        RunComparison comparison = RunComparison.Of(
            MadeRun.Of(("a", [1, 2, 3, 4]), ("b", [1, 2, 3, 4])), MadeRun.Of(("c", [1, 2, 3, 4]), ("b", [1, 2, 3, 4])));
        Assert.That(comparison.Rows.Select(row => row.Name), Is.EqualTo(new[] { "b" }));
        Assert.That(comparison.OnlyBefore, Is.EqualTo(new[] { "a" }));
        Assert.That(comparison.OnlyAfter, Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public void TooFewProcessesAreRefused() => Assert.That(
        () => RunComparison.Of(MadeRun.Of(("a", [1, 2])), MadeRun.Of(("a", [1, 2]))),
        Throws.TypeOf<InputException>().With.Message.Contains("2 and 2 processes").And.Message.Contains("need 4 each"));

    [Test]
    public void RunsWithoutACommonRowAreRefused() => Assert.That(
        () => RunComparison.Of(MadeRun.Of(("a", [1, 2])), MadeRun.Of(("b", [1, 2]))), Throws.TypeOf<InputException>());

    [TestCase(1, 4)]
    [TestCase(130, 8)]
    [TestCase(13, 6)]
    public void EnoughProcessesAreThoseThatCanTell(int rows, int processes) => Assert.That(RunComparison.Enough(rows), Is.EqualTo(processes));

    [Test]
    public void TheSpreadOfARunIsThatOfItsHalves()
    {
        Assert.That(SplitSpread.Of([5, 5, 5, 5]), Is.Zero);
        Assert.That(SplitSpread.Of([1, 2]), Is.EqualTo(1));
        Assert.That(SplitSpread.Of(MadeRun.Times(10, 9, seed: 1)), Is.GreaterThan(0.001).And.LessThan(0.01));
        Assert.That(SplitSpread.Of([1]), Is.EqualTo(double.PositiveInfinity));
    }

    private static MachineRun Run(int seed, int slower = -1, int faster = -1) => MadeRun.Of(
    [
        .. Enumerable.Range(0, Rows).Select(row => (
            $"row {row:000}",
            MadeRun.Times((row + 1) * (row == slower ? 1.05 : row == faster ? 0.95 : 1), Processes, 1000 * seed + row))),
    ]);
}
