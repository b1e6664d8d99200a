using System.CommandLine;
using Samples.Shared.CommandLine;
using Samples.Shared.Display;
using TensorEngine.Benchmarks.Tool.Comparing;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Benchmarks.Tool;

/// <summary>
/// The command <c>compare</c>: whether the rows of a run are faster, slower or the same beside an earlier run on the same machine.
/// </summary>
internal static class CompareCommand
{
    /// <summary>The exit code if a row is slower.</summary>
    private const int Slower = 1;

    private static readonly Argument<string> s_before = new("before") { Description = "The file of the earlier run" };
    private static readonly Argument<string> s_after = new("after") { Description = "The file of the later run" };

    /// <summary>For commands that compare.</summary>
    public static Option<bool> All { get; } = new("--all") { Description = "Also show the rows that are the same" };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "compare", "Report which rows are faster, slower or the same; the exit code is 1 if one is slower, and 2 if the files cannot be compared")
        {
            s_before, s_after, All,
        };
        command.SetAction(parsed => Show(
            MachineRunFile.Read(parsed.GetRequiredValue(s_before)), MachineRunFile.Read(parsed.GetRequiredValue(s_after)), parsed.GetValue(All)));
        return command;
    }

    /// <summary>Prints the comparison, and returns the exit code.</summary>
    /// <param name="before">The earlier run.</param>
    /// <param name="after">The later one.</param>
    /// <param name="all">Whether the rows that are the same are shown as well.</param>
    public static int Show(MachineRun before, MachineRun after, bool all)
    {
        if (!string.Equals(before.Processor, after.Processor, StringComparison.Ordinal))
            Console.Out.WriteLine($"The machines differ, and so their rows will: {before.Processor}; {after.Processor}.");
        RunComparison comparison = RunComparison.Of(before, after);
        RowComparison[] shown = [.. comparison.Rows.Where(row => all || row.Verdict != Verdict.Same).OrderByDescending(row => row.Ratio)];
        if (shown.Length > 0)
            Table(shown).Write();
        Names("Only in the first file", comparison.OnlyBefore);
        Names("Only in the second file", comparison.OnlyAfter);
        int slower = Count(Verdict.Slower);
        Console.Out.WriteLine(
            $"{(comparison.Rows.Count == 1 ? "1 row" : $"{comparison.Rows.Count} rows")}: {slower} slower, {Count(Verdict.Faster)} faster, {Count(Verdict.Same)} the same. "
            + $"The times themselves are those of the first run times {RowTexts.Text(comparison.Drift, "0.000")}, the median of all rows.");
        return slower > 0 ? Slower : ExitCode.Success;

        int Count(Verdict verdict) => comparison.Rows.Count(row => row.Verdict == verdict);
    }

    private static ResultTable Table(RowComparison[] rows)
    {
        var table = new ResultTable(
            new ResultColumn("row"),
            new("verdict"),
            new("ratio", IsNumber: true),
            new("threshold", IsNumber: true),
            new("probability by chance", IsNumber: true),
            new("ratio of times", IsNumber: true));
        foreach (RowComparison row in rows)
        {
            table.AddRow(
                row.Name,
                row.Verdict switch
                {
                    Verdict.Slower => "SLOWER",
                    Verdict.Faster => "faster",
                    _ => "same",
                },
                RowTexts.Text(row.Ratio, "0.000"),
                RowTexts.Text(row.Threshold, "0.0%"),
                RowTexts.Text(row.Probability, "0.00000"),
                RowTexts.Text(row.TimeRatio, "0.000"));
        }

        return table;
    }

    private static void Names(string what, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
            Console.Out.WriteLine($"{what}: {string.Join("; ", names)}.");
    }
}
