using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>The results of a session as a table on the console, in Markdown and in JSON.</summary>
internal sealed class PeerReport(PeerSession session, string name, string title, string command)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] s_columns = ["work", "peer", "ratio", "quartiles", "at most", "ours", "peer's", "ours, rate"];

    private readonly string _date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
    private readonly IReadOnlyDictionary<string, string> _machine = Machine.Describe();

    /// <summary>A ratio with three decimals, or five where three would show nothing.</summary>
    public static string Ratio(double ratio) => ratio.ToString(ratio < .01 ? "0.00000" : "0.000", CultureInfo.InvariantCulture);

    /// <summary>Shows the table, and what is missing from it.</summary>
    public void Show()
    {
        Table table = new Table().Border(TableBorder.Minimal);
        for (int i = 0; i < s_columns.Length; i++)
            table.AddColumn(new TableColumn(s_columns[i]) { Alignment = i < 2 ? Justify.Left : Justify.Right, NoWrap = true });
        foreach (Comparison comparison in session.Comparisons)
            table.AddRow([.. Cells(comparison).Select(cell => new Text(cell))]);
        AnsiConsole.Write(table);
        foreach (string missing in session.Missing)
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[yellow]not compared:[/] {missing}");
    }

    /// <summary>Writes the table as Markdown and as JSON.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{name}.md"), Markdown());
        File.WriteAllText(Path.Combine(folder, $"{name}.json"), Json());
    }

    private string Markdown()
    {
        var text = new StringBuilder();
        text.Append("# ").Append(title).Append("\n\n");
        text.Append("Ratio: our time divided by the peer's, the median of ").Append(session.Pairs).Append(" alternating pairs in one run. Below 1 ours is faster.\n\n");
        text.Append("- date: ").Append(_date).Append("\n- command: `").Append(command).Append("`\n");
        foreach ((string name, string value) in _machine)
            text.Append("- ").Append(name).Append(": ").Append(value).Append('\n');
        foreach (string peer in session.Peers)
            text.Append("- peer: ").Append(peer).Append('\n');
        foreach (string missing in session.Missing)
            text.Append("- not compared: ").Append(missing).Append('\n');
        foreach (string note in session.Notes)
            text.Append("- measured: ").Append(note).Append('\n');
        text.Append("\n| ").AppendJoin(" | ", s_columns).Append(" |\n|---|---|").Insert(text.Length, "--:|", s_columns.Length - 2).Append('\n');
        foreach (Comparison comparison in session.Comparisons)
            text.Append("| ").AppendJoin(" | ", Cells(comparison)).Append(" |\n");
        return text.ToString();
    }

    private string Json() => JsonSerializer.Serialize(
        new
        {
            Date = _date,
            Command = command,
            Machine = _machine,
            session.Peers,
            NotCompared = session.Missing,
            Measured = session.Notes,
            session.Pairs,
            Comparisons = session.Comparisons.Select(comparison => new
            {
                comparison.Work,
                comparison.Peer,
                Ratio = comparison.Times.Ratio.Median,
                RatioLowerQuartile = comparison.Times.Ratio.Lower,
                RatioUpperQuartile = comparison.Times.Ratio.Upper,
                comparison.AtMost,
                comparison.Met,
                Nanoseconds = comparison.Times.Ours.Median,
                LeastNanoseconds = comparison.Times.Ours.Least,
                PeerNanoseconds = comparison.Times.Peer.Median,
                PeerLeastNanoseconds = comparison.Times.Peer.Least,
                comparison.Elements,
                comparison.Operations,
            }),
        },
        s_json) + "\n";

    private static string[] Cells(Comparison comparison) =>
    [
        comparison.Work,
        comparison.Peer,
        Ratio(comparison.Times.Ratio.Median),
        $"{Ratio(comparison.Times.Ratio.Lower)} to {Ratio(comparison.Times.Ratio.Upper)}",
        comparison.AtMost is { } atMost ? string.Create(CultureInfo.InvariantCulture, $"{atMost:0.00}{(comparison.Met == true ? "" : " NOT MET")}") : "",
        Microseconds(comparison.Times.Ours.Median),
        Microseconds(comparison.Times.Peer.Median),
        Rate(comparison),
    ];

    private static string Rate(Comparison comparison)
    {
        if (comparison.Operations > 0)
            return string.Create(CultureInfo.InvariantCulture, $"{comparison.Operations / comparison.Times.Ours.Median:0.0} GFLOP/s");
        return comparison.Elements > 0 ? string.Create(CultureInfo.InvariantCulture, $"{comparison.Times.Ours.Median / comparison.Elements:0.000} ns") : "";
    }

    private static string Microseconds(double nanoseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1000:#,0.00} µs");
}
