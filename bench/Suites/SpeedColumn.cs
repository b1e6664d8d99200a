using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>A column computed from the median time of a benchmark, and perhaps that of its baseline.</summary>
internal sealed class SpeedColumn(string name, string legend, Func<Summary, BenchmarkCase, double?> value) : IColumn
{
    /// <summary>What the baseline's median is of this one's, where the baseline is the limit.</summary>
    public static IColumn PercentOfLimit { get; } = new SpeedColumn(
        "% of limit",
        "Median of the loads and stores alone, measured in the same run, divided by the median",
        (summary, benchmark) => benchmark.Descriptor.Type == typeof(RooflineSuite)
            && summary.GetBaseline(summary.GetLogicalGroupKey(benchmark)!) is { } baseline
            && Median(summary, baseline) is { } limit
                ? 100 * limit / Median(summary, benchmark)
                : null);

    public static IColumn GigaflopsPerSecond { get; } = new SpeedColumn(
        "GFLOP/s",
        "10^9 multiplications and additions of the matrix products, per second",
        (summary, benchmark) =>
            benchmark.Parameters.Items.Select(item => item.Value).OfType<IFloatingPointOperations>().FirstOrDefault() is { } work
                ? work.FloatingPointOperations / Median(summary, benchmark)
                : null);

    public string Id => $"{nameof(SpeedColumn)}.{ColumnName}";

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 1;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => value(summary, benchmark) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        value(summary, benchmarkCase)?.ToString("0.0", CultureInfo.InvariantCulture) ?? "?";

    private static double? Median(Summary summary, BenchmarkCase benchmark) => summary[benchmark]?.ResultStatistics?.Median;
}
