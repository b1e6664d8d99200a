using System.Globalization;
using System.Text.Json;
using TensorEngine.Tests.House;

namespace TensorEngine.Tests.Documentation;

/// <summary>The table of measured runs of <c>WhichOptimizer.md</c>, from the committed run of <c>bench -- which</c>.</summary>
internal static class MeasuredTable
{
    /// <summary>The table with its heading.</summary>
    public static IEnumerable<string> Lines
    {
        get
        {
            using JsonDocument report = JsonDocument.Parse(File.ReadAllText(Sources.PathOf("bench/results/which.json")));
            return
            [
                "| optimizer | usual rate | accuracy | worst | best rate | accuracy | worst | nearly as good |",
                "|---|--:|--:|--:|--:|--:|--:|---|",
                .. report.RootElement.GetProperty("optimizers").EnumerateArray().Select(LineOf),
            ];
        }
    }

    private static string LineOf(JsonElement one) =>
        $"| {one.GetProperty("name").GetString()} | {Number(one, "usual_rate")} | {Cells(one.GetProperty("usual"))} "
        + $"| {Number(one, "best_rate")} | {Cells(one.GetProperty("best"))} | {Near(one.GetProperty("nearly_as_good"))} |";

    private static string Cells(JsonElement summary) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Accuracy(summary, "mean")} ± {Accuracy(summary, "deviation")} | {Accuracy(summary, "worst")}");

    private static string Accuracy(JsonElement summary, string name) =>
        summary.GetProperty(name).GetDouble().ToString(".000", CultureInfo.InvariantCulture);

    private static string Number(JsonElement one, string name) => Text(one.GetProperty(name));

    private static string Near(JsonElement rates) =>
        rates.GetArrayLength() == 0 ? "-" : string.Join(", ", rates.EnumerateArray().Select(Text));

    private static string Text(JsonElement number) => number.GetDouble().ToString(CultureInfo.InvariantCulture);
}
