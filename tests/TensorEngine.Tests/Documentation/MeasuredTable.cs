using System.Globalization;
using System.Text.Json;
using TensorEngine.Tests.House;

namespace TensorEngine.Tests.Documentation;

/// <summary>The tables of measured runs of <c>WhichOptimizer.md</c>, from the committed runs of <c>bench -- which</c>.</summary>
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

    /// <summary>The table of the transformer with its heading.</summary>
    public static IEnumerable<string> OfTransformer
    {
        get
        {
            using JsonDocument report = JsonDocument.Parse(File.ReadAllText(Sources.PathOf("bench/results/which-transformer.json")));
            return
            [
                "| optimizer | best rate | loss | worst | sums right | worst | tried: loss |",
                "|---|--:|--:|--:|--:|--:|---|",
                .. report.RootElement.GetProperty("optimizers").EnumerateArray().Select(one =>
                    $"| {one.GetProperty("name").GetString()} | {Number(one, "best_rate")} | {Loss(one.GetProperty("loss"))} "
                    + $"| {Loss(one.GetProperty("worst_loss"))} | {Accuracy(one, "share")} | {Accuracy(one, "worst_share")} "
                    + $"| {string.Join(", ", one.GetProperty("trials").EnumerateArray().Select(Tried))} |"),
            ];
        }
    }

    private static string Tried(JsonElement trial) => $"{Number(trial, "rate")}: {Loss(trial.GetProperty("loss"))}";

    // Infinite, as of a run that broke down, is a text.
    private static string Loss(JsonElement loss) => loss.ValueKind == JsonValueKind.String
        ? "-"
        : loss.GetDouble().ToString(loss.GetDouble() < 1 ? ".00" : "0.00", CultureInfo.InvariantCulture);

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
