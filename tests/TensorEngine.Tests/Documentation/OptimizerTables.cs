using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Samples.Shared.Choices;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.House;
using TensorEngine.Tests.Optimizers;

namespace TensorEngine.Tests.Documentation;

/// <summary>
/// What the pages <c>Optimizers.md</c> and <c>WhichOptimizer.md</c> say of every optimizer, from the catalogs' rows, PyTorch's recordings
/// and the committed run of the benchmarks; in the order of the samples' choices.
/// </summary>
internal static class OptimizerTables
{
    private const int BytesOfFloat = 4;

    // Reading p and g and writing p; reading and writing each state.
    private const int BytesWithoutState = 12;
    private const int BytesPerState = 8;

    private const int Columns = 132;

    private static readonly Lazy<IReadOnlyList<Entry>> s_entries = new(() => [.. Ordered()]);

    /// <summary>The lines of the table of <c>Optimizers.md</c> below its heading.</summary>
    public static IEnumerable<string> Steps => s_entries.Value.Select(entry =>
        $"| `{entry.Name}`{entry.Counterpart} | {entry.Page.Step.Replace("|", "\\|", StringComparison.Ordinal)} | {entry.States} "
        + $"| {entry.Traffic} | {entry.Limit} | {entry.Error} |".Replace("  ", " ", StringComparison.Ordinal));

    /// <summary>The lines of the table of costs of <c>WhichOptimizer.md</c> below its heading: those that cost the same share one.</summary>
    public static IEnumerable<string> Costs => s_entries.Value
        .GroupBy(entry => (entry.StateBytes, entry.Traffic))
        .Select(group => $"| {string.Join(", ", group.Select(entry => $"`{entry.Name}`"))} | {group.Key.StateBytes} | {group.Key.Traffic} |");

    /// <summary>What each does and where it fails, in <c>WhichOptimizer.md</c>.</summary>
    public static IEnumerable<string> Advice => s_entries.Value.SelectMany(entry => Wrapped($"- **{entry.Name}** {entry.Page.Advice}"));

    private static IEnumerable<Entry> Ordered()
    {
        Entry[] entries = [.. OptimizerCatalog.LibraryRows.Select(Of), .. ParameterwiseCatalog.Rows.Select(Of), .. SpecialPages.All.Select(Of)];
        var store = new ParameterStore();
        store.Add("matrix", [1, 1]);
        List<string> order = [.. OptimizerChoice.All.Select(choice =>
        {
            Optimizer made = choice.Create(store, choice.Rate);
            made.Detach();
            return made.GetType().Name;
        })];
        return entries.OrderBy(entry => order.IndexOf(entry.Name) is >= 0 and int place ? place : int.MaxValue);
    }

    private static Entry Of(IOptimizerRow row)
    {
        OptimizerPage page = row.Page ?? throw new InvalidOperationException($"The row of {row.Optimizer.Name} has no Page.");
        int[] states = [.. row.Cases.Select(one => one.States.Count).Distinct().Order()];
        return new(row.Optimizer.Name, page)
        {
            Counterpart = Parenthesized(row.TorchName is null ? page.Counterpart : row.TorchName, row.Optimizer.Name),
            States = Range(states, count => count),
            StateBytes = Range(states, count => count * BytesOfFloat),
            Traffic = Range(states, count => BytesWithoutState + count * BytesPerState),
            Limit = LimitOf(row.Optimizer.Name),
            Error = row.TorchName is null ? "" : ErrorOf(row),
        };
    }

    private static Entry Of(ParameterwiseRow row) => Of((row.Optimizer, row.Page));

    private static Entry Of((Type Optimizer, OptimizerPage Page) row) => new(row.Optimizer.Name, row.Page)
    {
        Counterpart = Parenthesized(row.Page.Counterpart, row.Optimizer.Name),
        States = row.Page.States,
        StateBytes = row.Page.StateBytes,
        Traffic = row.Page.Traffic,
        Limit = LimitOf(row.Optimizer.Name),
    };

    private static string Parenthesized(string counterpart, string name) =>
        counterpart.Length == 0 || string.Equals(counterpart, name, StringComparison.Ordinal) ? "" : $" ({counterpart})";

    private static string Range(int[] states, Func<int, int> of) => states switch
    {
        [int one] => $"{of(one)}",
        [int one, int other] => $"{of(one)} or {of(other)}",
        _ => $"{of(states[0])} to {of(states[^1])}",
    };

    private static string LimitOf(string optimizer)
    {
        string[] runs = ["bench/results/optimizers.json", "bench/results/optimizers-papers.json"];
        IEnumerable<string> ratios = runs
            .SelectMany(run => JsonDocument.Parse(File.ReadAllText(Sources.PathOf(run))).RootElement.GetProperty("comparisons").EnumerateArray())
            .Where(comparison => Regex.IsMatch(
                comparison.GetProperty("work").GetString()!, $@"^{optimizer}(, [a-z, ]+)?, 16 M elements, \d+ bytes", RegexOptions.None, TimeSpan.FromSeconds(5)))
            .Select(comparison => comparison.GetProperty("ratio").GetDouble().ToString("0.00", CultureInfo.InvariantCulture));
        return string.Join(", ", ratios);
    }

    private static string ErrorOf(IOptimizerRow row)
    {
        double ours = 0, torch = 0;
        foreach (Goldens.RecordedCase recorded in RecordedComparison.RecordingsOf(row))
        {
            var comparison = new RecordedComparison(row, recorded);
            ours = Math.Max(ours, comparison.Ours.LargestOnTheWay);
            torch = Math.Max(torch, comparison.Torch.LargestOnTheWay);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{ours:#,0} ({torch:#,0})");
    }

    private static IEnumerable<string> Wrapped(string text)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length + 1 + word.Length > Columns)
            {
                yield return line;
                line = " ";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }

    /// <summary>An optimizer's cells.</summary>
    private sealed record Entry(string Name, OptimizerPage Page)
    {
        public required string Counterpart { get; init; }

        public required string States { get; init; }

        public required string StateBytes { get; init; }

        public required string Traffic { get; init; }

        public string Limit { get; init; } = "";

        public string Error { get; init; } = "";
    }
}
