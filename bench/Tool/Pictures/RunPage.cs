using System.Globalization;
using Samples.Shared.Display;
using Samples.Shared.Reports;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Benchmarks.Tool.Pictures;

/// <summary>A run as a web page in one file: the machine, its limits, the roofline, and a table for each group of rows.</summary>
internal static class RunPage
{
    /// <summary>The page's text.</summary>
    public static string ToHtml(MachineRun run)
    {
        var page = new HtmlPage($"TensorEngine on {run.Processor}", "How fast the core is on this machine, beside what the machine can do.");
        page.AddTable(About(run));
        var chart = new RooflineChart(run);
        if (chart.Shown.Count > 0)
        {
            page.AddHeading("Roofline");
            page.AddPicture(
                chart.ToPicture(),
                "Each point is a kernel: its operations per byte that it has to read or write, and its speed. A kernel reaches at most the line of the "
                + "level that its data comes from, and the line at the top. Operations are additions, multiplications, divisions, roots, minima and "
                + "maxima; a fused multiply-add is two.");
        }

        if (run.Limits.Count > 0)
        {
            page.AddHeading("Limits of the machine");
            page.AddTable(Limits(run));
        }

        foreach (IGrouping<string, MeasuredKernel> group in run.Kernels.GroupBy(kernel => kernel.Group, StringComparer.Ordinal))
        {
            page.AddHeading($"{char.ToUpperInvariant(group.Key[0])}{group.Key[1..]}");
            page.AddTable(RowTexts.Table(group));
        }

        page.AddText(string.Create(
            CultureInfo.InvariantCulture,
            $"Times are medians of {run.Processes} processes, each with code and memory in other places. The spread is what the middle half of the "
            + $"processes spans, as a part of the median; a wide one means that the machine was busy, or that the place matters."));
        page.AddHeading("The command");
        page.AddCode(run.Command);
        return page.ToHtml();
    }

    private static ResultTable About(MachineRun run)
    {
        var table = new ResultTable(new ResultColumn("machine"), new(""));
        foreach ((string name, string value) in run.Machine.Concat(run.Versions.Where(version => !run.Machine.ContainsKey(version.Key))))
            table.AddRow(name, value);
        table.AddRow("date", run.Date);
        return table;
    }

    private static ResultTable Limits(MachineRun run)
    {
        var table = new ResultTable(
            new ResultColumn("limit"), new("measured on", IsNumber: true), new("median", IsNumber: true), new("least", IsNumber: true), new("most", IsNumber: true));
        foreach (MeasuredLimit limit in run.Limits)
        {
            table.AddRow(
                limit.Name,
                limit.Bytes > 0 ? RowTexts.Bytes(limit.Bytes) : "registers",
                $"{RowTexts.Text(limit.Median, "0")} {limit.Unit}",
                RowTexts.Text(limit.Rates.Min(), "0"),
                RowTexts.Text(limit.Rates.Max(), "0"));
        }

        return table;
    }
}
