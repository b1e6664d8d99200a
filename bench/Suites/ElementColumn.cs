using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>A column computed from the median time, the number of elements and the bytes that each of them takes.</summary>
internal sealed class ElementColumn : IColumn
{
    private readonly Func<double, ElementWork, double> _value;

    private ElementColumn(string name, string legend, Func<double, ElementWork, double> value)
    {
        ColumnName = name;
        Legend = legend;
        _value = value;
    }

    public static IColumn Nanoseconds { get; } = new ElementColumn(
        "ns/element", "Median time divided by the number of elements", (time, work) => time / work.Elements);

    public static IColumn GigabytesPerSecond { get; } = new ElementColumn(
        "GB/s", "10^9 bytes that have to be read and written, per second", (time, work) => work.BytesPerElement * (double)work.Elements / time);

    public string Id => $"{nameof(ElementColumn)}.{ColumnName}";

    public string ColumnName { get; }

    public string Legend { get; }

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => ElementWork.Of(benchmark) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        summary[benchmarkCase]?.ResultStatistics is { } statistics && ElementWork.Of(benchmarkCase) is { } work
            ? _value(statistics.Median, work).ToString("0.000", CultureInfo.InvariantCulture)
            : "?";
}
