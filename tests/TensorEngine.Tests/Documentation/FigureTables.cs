using System.Globalization;

namespace TensorEngine.Tests.Documentation;

/// <summary>The figures of README.md and of bench/README.md, from the committed runs of the benchmarks.</summary>
internal static class FigureTables
{
    private const int Worst = 3;

    // What README.md shows of the comparisons with others; the worst follow by themselves.
    private static readonly (string Work, string Peer)[] s_shown =
    [
        ("Adam, 64 K elements", "C++, plain loop, PyTorch's formula"),
        ("Adam, 64 K elements, whole step", "PyTorch, fused"),
        ("Adam, 1,000 parameters of 32", "PyTorch, fused"),
        ("128x128x128, A*B", "OpenBLAS, sgemm"),
        ("512x512x512, A*B", "OpenBLAS, sgemm"),
    ];

    private static readonly Lazy<BenchmarkRun> s_peers = new(() => BenchmarkRun.Of("peers"));
    private static readonly Lazy<BenchmarkRun> s_threads = new(() => BenchmarkRun.Of("threads"));
    private static readonly Lazy<BenchmarkRun> s_optimizers = new(() => BenchmarkRun.Of("optimizers"));

    /// <summary>On what the peers were measured.</summary>
    public static IEnumerable<string> Machine => [$"Measured on: {s_peers.Value.Machine}."];

    /// <summary>README.md's table: a choice, and the comparisons with others that are worst for us.</summary>
    public static IEnumerable<string> Choice
    {
        get
        {
            BenchmarkRun.Comparison[] all = [.. s_peers.Value.Comparisons];
            IEnumerable<BenchmarkRun.Comparison> shown = s_shown.Select(
                one => all.Single(comparison => one == (comparison.Work, comparison.Peer)));
            IEnumerable<BenchmarkRun.Comparison> worst = all.Where(IsOfOthers).OrderByDescending(one => one.Ratio).Take(Worst);
            return Table(shown.Concat(worst));
        }
    }

    /// <summary>All comparisons with others, one thread and two.</summary>
    public static IEnumerable<string> Others => Table(s_peers.Value.Comparisons);

    /// <summary>What the peers were.</summary>
    public static IEnumerable<string> Peers => s_peers.Value.Peers.Distinct(StringComparer.Ordinal).Select(peer => $"- {peer}");

    /// <summary>Two threads beside one, and what was measured of them besides.</summary>
    public static IEnumerable<string> Threads =>
    [
        "| work | two threads / one | two copies at once / one | after 5 ms |",
        "|---|--:|--:|--:|",
        .. s_threads.Value.Comparisons
            .Where(one => one is { Peer: "one thread" } && one.Work.EndsWith(", two threads", StringComparison.Ordinal))
            .Select(one => one.Work[..^", two threads".Length])
            .Select(work => $"| {work} | {Threaded($"{work}, two threads", withLimit: true)} | {Threaded($"{work}, 2 copies at once, each")} "
                + $"| {Threaded($"{work}, two threads, after 5 ms")} |"),
    ];

    /// <summary>What was measured of the threads besides.</summary>
    public static IEnumerable<string> ThreadNotes => s_threads.Value.Notes.Select(note => $"- {note}");

    /// <summary>What is not what it is to be, of all commands.</summary>
    public static IEnumerable<string> Missed =>
    [
        "| command | work | against | ratio | at most |",
        "|---|---|---|--:|--:|",
        .. Missing("peers", s_peers.Value), .. Missing("threads", s_threads.Value), .. Missing("optimizers", s_optimizers.Value),
    ];

    private static bool IsOfOthers(BenchmarkRun.Comparison comparison) =>
        comparison.Peer is not ("ours" or "one thread" or "one flat call" or "doubling" or "addition" or "reading them" or "peak");

    private static IEnumerable<string> Table(IEnumerable<BenchmarkRun.Comparison> comparisons) =>
    [
        "| work | against | ratio of times | here |",
        "|---|---|--:|--:|",
        .. comparisons.Select(one => $"| {one.Work} | {one.Peer} | {one.RatioText} | {one.Speed} |").Distinct(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Missing(string command, BenchmarkRun run) => run.Comparisons
        .Where(comparison => comparison.Ratio > comparison.AtMost)
        .Select(one => string.Create(
            CultureInfo.InvariantCulture, $"| `{command}` | {one.Work} | {one.Peer} | {one.Ratio:0.00} | {one.AtMost:0.00} |"));

    private static string Threaded(string work, bool withLimit = false)
    {
        BenchmarkRun.Comparison? one = s_threads.Value.Comparisons.FirstOrDefault(
            comparison => string.Equals(comparison.Work, work, StringComparison.Ordinal));
        if (one is null)
            return "";
        return withLimit && one.AtMost is { } atMost
            ? string.Create(CultureInfo.InvariantCulture, $"{one.RatioText} (at most {atMost:0.00})")
            : one.RatioText;
    }
}
