using System.Globalization;
using System.Text.Json.Nodes;
using Samples.Shared.Timing;
using Spectre.Console;
using TensorEngine.Benchmarks.Products;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>What was compared, and the outcome.</summary>
/// <param name="Work">What both do.</param>
/// <param name="Peer">The other implementation.</param>
/// <param name="AtMost">The ratio to reach; null where it is only reported.</param>
/// <param name="Elements">The elements of the work, for a time per element; 0 if that says nothing.</param>
/// <param name="Times">The times of both, in nanoseconds.</param>
/// <param name="Operations">The floating-point operations of the work, for a rate; 0 if that says nothing.</param>
internal sealed record Comparison(string Work, string Peer, double? AtMost, long Elements, PairedTimes Times, double Operations = 0)
{
    /// <summary>Whether the ratio is reached; null where there is none to reach.</summary>
    public bool? Met => AtMost is { } atMost ? Times.Ratio.Median <= atMost : null;
}

/// <summary>A run of comparisons: measures each, says so, and keeps the results for the report.</summary>
internal sealed class PeerSession(int pairs, string only)
{
    /// <summary>Long beside the cost of looking at the clock, short beside what else the machine does.</summary>
    private const double SampleNanoseconds = 1e6;

    /// <summary>Long beside the waking of another process, whose caches are cold at first.</summary>
    private const double OtherProcessSampleNanoseconds = 20e6;

    // Between the work and the peer that are asked for.
    private const string Against = " / ";

    private readonly List<Comparison> _comparisons = [];
    private readonly List<string> _missing = [];
    private readonly List<string> _peers = [];
    private readonly List<string> _notes = [];

    public int Pairs => pairs;

    public IReadOnlyList<Comparison> Comparisons => _comparisons;

    /// <summary>What could not be compared, and why.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>The peers with their versions.</summary>
    public IReadOnlyList<string> Peers => _peers;

    /// <summary>What was measured beside the comparisons.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Notes a peer that takes part.</summary>
    public void Found(string peer)
    {
        _peers.Add(peer);
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]peer:[/] {peer}");
    }

    /// <summary>Notes a peer that does not.</summary>
    public void Lacks(string peer, string reason)
    {
        _missing.Add($"{peer}: {reason}");
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[yellow]missing:[/] {peer}: {reason}");
    }

    /// <summary>Notes something that was measured and is no comparison.</summary>
    public void Note(string note)
    {
        _notes.Add(note);
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]measured:[/] {note}");
    }

    /// <summary>Whether any comparison of <paramref name="work"/> is asked for, so that what it needs has to be made.</summary>
    public bool Wants(string work) => work.Contains(only.Split(Against)[0], StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a comparison with one peer is asked for.</summary>
    public bool Wants(string work, string peer) =>
        Wants(work) && (!only.Contains(Against, StringComparison.Ordinal) || peer.Contains(only.Split(Against)[1], StringComparison.OrdinalIgnoreCase));

    /// <summary>Measures ours against a peer in this process, if it is asked for.</summary>
    public void Compare(
        string work,
        string peer,
        double? atMost,
        TimedWork ours,
        TimedWork theirs,
        long elements = 0,
        double operations = 0,
        int most = int.MaxValue) =>
        Compare(work, peer, atMost, ours, theirs, elements, operations, SampleNanoseconds, most);

    /// <summary>Measures ours against work in another process, if it is asked for.</summary>
    public void Compare(
        string work,
        PeerProcess process,
        string peer,
        double? atMost,
        TimedWork ours,
        JsonObject request,
        int threads = 1,
        long elements = 0,
        double operations = 0,
        int most = int.MaxValue)
    {
        try
        {
            TimedWork theirs = process.Work(request.DeepClone().AsObject(), threads);
            if (threads > 1)
                (ours, theirs) = (ProductCase.AfterOthers(ours), ProductCase.AfterOthers(theirs));
            Compare(work, peer, atMost, ours, theirs, elements, operations, OtherProcessSampleNanoseconds, most);
        }
        catch (IOException exception)
        {
            Lacks($"{peer}, {work}", exception.Message);
        }
    }

    private void Compare(
        string work,
        string peer,
        double? atMost,
        TimedWork ours,
        TimedWork theirs,
        long elements,
        double operations,
        double sampleNanoseconds,
        int most)
    {
        if (!Wants(work, peer))
            return;
        var comparison = new Comparison(
            work, peer, atMost, elements, AlternatingPairs.Measure(ours, theirs, Math.Min(pairs, most), sampleNanoseconds), operations);
        _comparisons.Add(comparison);
        string target = comparison.Met is { } met ? string.Create(CultureInfo.InvariantCulture, $" (at most {atMost:0.00}{(met ? "" : ": NOT MET")})") : "";
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{work} / {peer}: {PeerReport.Ratio(comparison.Times.Ratio.Median)}{target}");
    }
}
