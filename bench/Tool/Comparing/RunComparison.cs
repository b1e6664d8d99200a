using System.Globalization;
using Samples.Shared.CommandLine;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Tool.Runs;
using TensorEngine.Benchmarks.Tool.Statistics;

namespace TensorEngine.Benchmarks.Tool.Comparing;

/// <summary>
/// Compares the rows of two runs. A row is faster or slower if two things hold: the rank test says that chance does not explain the
/// difference, by Holm's procedure over all rows, so that one wrong verdict or more among all of them has a probability of at most
/// <see cref="Chance"/>; and the medians differ by more than the halves of one run do.
/// </summary>
internal sealed class RunComparison
{
    /// <summary>Of any wrong verdict, if nothing had changed.</summary>
    public const double Chance = 0.05;

    /// <summary>Smaller differences are the same, however sure: nobody would look for their reason.</summary>
    public const double LeastDifference = 0.01;

    private RunComparison(IReadOnlyList<RowComparison> rows, IReadOnlyList<string> onlyBefore, IReadOnlyList<string> onlyAfter)
    {
        Rows = rows;
        OnlyBefore = onlyBefore;
        OnlyAfter = onlyAfter;
    }

    /// <summary>The rows that both runs have, in the second one's order.</summary>
    public IReadOnlyList<RowComparison> Rows { get; }

    /// <summary>The names of rows that only the first run has.</summary>
    public IReadOnlyList<string> OnlyBefore { get; }

    /// <summary>The names of rows that only the second run has.</summary>
    public IReadOnlyList<string> OnlyAfter { get; }

    /// <summary>The median of all ratios of times: what the machine has done between the runs, if most rows are the same.</summary>
    public double Drift => new Quartiles([.. Rows.Select(row => row.TimeRatio)]).Median;

    /// <summary>Compares two runs.</summary>
    /// <exception cref="InputException">They have no row in common, or too few processes to tell anything.</exception>
    public static RunComparison Of(MachineRun before, MachineRun after)
    {
        Dictionary<string, MeasuredKernel> first = before.Kernels.ToDictionary(kernel => kernel.Name, StringComparer.Ordinal);
        MeasuredKernel[] common = [.. after.Kernels.Where(kernel => first.ContainsKey(kernel.Name))];
        if (common.Length == 0)
            throw new InputException("The files have no row in common.");
        double least = RankTest.Least(before.Processes, after.Processes);
        if (least > Chance / common.Length)
        {
            throw new InputException(string.Create(
                CultureInfo.InvariantCulture,
                $"The files have {before.Processes} and {after.Processes} processes, too few for a verdict on {common.Length} rows; they need "
                + $"{Enough(common.Length)} each (--processes), or fewer rows (--only)."));
        }

        RowComparison[] rows = [.. common.Select(kernel => Compare(first[kernel.Name], kernel))];
        return new(
            Judged(rows),
            [.. before.Kernels.Select(kernel => kernel.Name).Except(common.Select(kernel => kernel.Name), StringComparer.Ordinal)],
            [.. after.Kernels.Select(kernel => kernel.Name).Where(name => !first.ContainsKey(name))]);
    }

    /// <summary>The fewest processes of two equal runs that can tell something about so many rows.</summary>
    public static int Enough(int rows)
    {
        int processes = 1;
        while (RankTest.Least(processes, processes) > Chance / rows)
            processes++;
        return processes;
    }

    private static RowComparison Compare(MeasuredKernel before, MeasuredKernel after) => new(
        after.Name,
        Median(after.Relative) / Median(before.Relative),
        after.Time.Median / before.Time.Median,
        RankTest.Probability(before.Relative, after.Relative),
        Math.Max(LeastDifference, Math.Max(SplitSpread.Of(before.Relative), SplitSpread.Of(after.Relative))),
        Verdict.Same);

    // Holm ("A simple sequentially rejective multiple test procedure", 1979): the smallest probability is compared with the chance divided
    // by the number of rows, the next one by one row fewer, until one is not below.
    private static RowComparison[] Judged(RowComparison[] rows)
    {
        int[] order = [.. Enumerable.Range(0, rows.Length).OrderBy(i => rows[i].Probability)];
        for (int rank = 0; rank < order.Length; rank++)
        {
            ref RowComparison row = ref rows[order[rank]];
            if (row.Probability > Chance / (rows.Length - rank))
                break;
            if (row.Ratio > 1 + row.Threshold)
                row = row with { Verdict = Verdict.Slower };
            else if (row.Ratio < 1 / (1 + row.Threshold))
                row = row with { Verdict = Verdict.Faster };
        }

        return rows;
    }

    private static double Median(IReadOnlyList<double> numbers) => new Quartiles([.. numbers]).Median;
}
