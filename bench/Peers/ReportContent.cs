namespace TensorEngine.Benchmarks.Peers;

/// <summary>A report as the JSON file has it.</summary>
internal sealed record ReportContent(
    string Date,
    string Command,
    IReadOnlyDictionary<string, string> Machine,
    IReadOnlyList<string> Peers,
    IReadOnlyList<string> NotCompared,
    IReadOnlyList<string> Measured,
    int Pairs,
    IReadOnlyList<ReportRow> Comparisons)
{
    /// <summary>With what an earlier run measured and this one did not, in the earlier one's order.</summary>
    public ReportContent After(ReportContent earlier)
    {
        Dictionary<(string, string), ReportRow> rest = [];
        foreach (ReportRow row in Comparisons)
            rest[(row.Work, row.Peer)] = row;
        var rows = new List<ReportRow>();
        foreach (ReportRow row in earlier.Comparisons)
            rows.Add(rest.Remove((row.Work, row.Peer), out ReportRow? again) ? again : row);
        rows.AddRange(rest.Values);
        return this with
        {
            Peers = Both(earlier.Peers, Peers),
            NotCompared = [.. Both(earlier.NotCompared, NotCompared).Where(missing => !rows.Exists(row => string.Equals(row.Peer, Subject(missing), StringComparison.Ordinal)))],
            Measured = [.. (earlier.Measured ?? []).Where(note => !Measures(Subject(note))), .. Measured],
            Pairs = Math.Min(Pairs, earlier.Pairs),
            Comparisons = rows,
        };
    }

    private static IReadOnlyList<string> Both(IReadOnlyList<string> earlier, IReadOnlyList<string> now) => [.. earlier.Union(now, StringComparer.Ordinal)];

    private bool Measures(string subject) => Measured.Any(note => string.Equals(Subject(note), subject, StringComparison.Ordinal));

    private static string Subject(string note) => note.Split(':')[0];
}

/// <summary>A comparison as the JSON file has it; times are medians, in nanoseconds.</summary>
internal sealed record ReportRow(
    string Work,
    string Peer,
    double Ratio,
    double RatioLowerQuartile,
    double RatioUpperQuartile,
    double? AtMost,
    bool? Met,
    double Nanoseconds,
    double LeastNanoseconds,
    double PeerNanoseconds,
    double PeerLeastNanoseconds,
    long Elements,
    double Operations)
{
    public static ReportRow Of(Comparison comparison) => new(
        comparison.Work,
        comparison.Peer,
        comparison.Times.Ratio.Median,
        comparison.Times.Ratio.Lower,
        comparison.Times.Ratio.Upper,
        comparison.AtMost,
        comparison.Met,
        comparison.Times.Ours.Median,
        comparison.Times.Ours.Least,
        comparison.Times.Peer.Median,
        comparison.Times.Peer.Least,
        comparison.Elements,
        comparison.Operations);
}
