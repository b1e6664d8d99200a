using System.Globalization;
using Samples.Shared.Display;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Benchmarks.Tool;

/// <summary>Rows as people read them.</summary>
internal static class RowTexts
{
    /// <summary>Rows with their times, spreads and rates.</summary>
    public static ResultTable Table(IEnumerable<MeasuredKernel> kernels)
    {
        var table = new ResultTable(
            new ResultColumn("row"),
            new("median time", IsNumber: true),
            new("spread", IsNumber: true),
            new("per element", IsNumber: true),
            new("GB/s", IsNumber: true),
            new("GFLOP/s", IsNumber: true));
        foreach (MeasuredKernel kernel in kernels)
        {
            double median = kernel.Time.Median;
            table.AddRow(
                kernel.Name,
                Time(median),
                Text(kernel.Spread, "0.0%"),
                kernel.Elements > 0 ? $"{Text(median / kernel.Elements, "0.000")} ns" : "",
                kernel.Bytes > 0 ? Text(kernel.Bytes / median, "0") : "",
                kernel.Operations > 0 ? Text(kernel.Operations / median, "0.0") : "");
        }

        return table;
    }

    /// <summary>A time with a unit that leaves it one to three digits before the point.</summary>
    public static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => $"{Text(nanoseconds, "0")} ns",
        < 1e6 => $"{Text(nanoseconds / 1e3, "0.00")} us",
        _ => $"{Text(nanoseconds / 1e6, "0.00")} ms",
    };

    /// <summary>An amount of memory.</summary>
    public static string Bytes(double bytes) => bytes < 1 << 20 ? $"{Text(bytes / 1024, "0.#")} KB" : $"{Text(bytes / 1048576, "0.#")} MB";

    /// <summary>A number in any culture.</summary>
    public static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
