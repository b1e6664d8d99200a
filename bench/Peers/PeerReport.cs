using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>The results of a session as a table on the console, in Markdown and in JSON.</summary>
/// <param name="session">What was compared.</param>
/// <param name="name">Of the files, without the ending.</param>
/// <param name="title">Of the report.</param>
/// <param name="command">The command that was given.</param>
/// <param name="adds">Whether comparisons of the report that is there already, and are not among these, are kept.</param>
internal sealed class PeerReport(PeerSession session, string name, string title, string command, bool adds)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] s_columns = ["work", "peer", "ratio", "quartiles", "at most", "ours", "peer's", "ours, rate"];

    private readonly string _date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A ratio with three decimals, or five where three would show nothing.</summary>
    public static string Ratio(double ratio) => ratio.ToString(ratio < .01 ? "0.00000" : "0.000", CultureInfo.InvariantCulture);

    /// <summary>Shows the table, and what is missing from it.</summary>
    public void Show()
    {
        Table table = new Table().Border(TableBorder.Minimal);
        for (int i = 0; i < s_columns.Length; i++)
            table.AddColumn(new TableColumn(s_columns[i]) { Alignment = i < 2 ? Justify.Left : Justify.Right, NoWrap = true });
        foreach (Comparison comparison in session.Comparisons)
            table.AddRow([.. Cells(ReportRow.Of(comparison)).Select(cell => new Text(cell))]);
        AnsiConsole.Write(table);
        foreach (string missing in session.Missing)
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[yellow]not compared:[/] {missing}");
    }

    /// <summary>Writes the table as Markdown and as JSON.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{name}.json");
        var content = new ReportContent(
            _date,
            command,
            Machine.Describe(),
            session.Peers,
            session.Missing,
            session.Notes,
            session.Pairs,
            [.. session.Comparisons.Select(ReportRow.Of)]);
        if (adds && File.Exists(path))
            content = content.After(JsonSerializer.Deserialize<ReportContent>(File.ReadAllText(path), s_json)!);
        File.WriteAllText(path, JsonSerializer.Serialize(content, s_json) + "\n");
        File.WriteAllText(Path.Combine(folder, $"{name}.md"), Markdown(content));
    }

    private string Markdown(ReportContent content)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(title).Append("\n\n");
        text.Append("Ratio: our time divided by the peer's, the median of ").Append(content.Pairs)
            .Append(" alternating pairs in one run. Below 1 ours is faster.\n\n");
        text.Append("- date: ").Append(content.Date).Append("\n- command: `").Append(content.Command).Append("`\n");
        foreach ((string name, string value) in content.Machine)
            text.Append("- ").Append(name).Append(": ").Append(value).Append('\n');
        Append("peer", content.Peers);
        Append("not compared", content.NotCompared);
        Append("measured", content.Measured);
        text.Append("\n| ").AppendJoin(" | ", s_columns).Append(" |\n|---|---|");
        text.Insert(text.Length, "--:|", s_columns.Length - 2).Append('\n');
        foreach (ReportRow row in content.Comparisons)
            text.Append("| ").AppendJoin(" | ", Cells(row)).Append(" |\n");
        return text.ToString();

        void Append(string what, IReadOnlyList<string> lines)
        {
            foreach (string line in lines)
                text.Append("- ").Append(what).Append(": ").Append(line).Append('\n');
        }
    }

    private static string[] Cells(ReportRow row) =>
    [
        row.Work,
        row.Peer,
        Ratio(row.Ratio),
        $"{Ratio(row.RatioLowerQuartile)} to {Ratio(row.RatioUpperQuartile)}",
        row.AtMost is { } atMost ? string.Create(CultureInfo.InvariantCulture, $"{atMost:0.00}{(row.Met == true ? "" : " NOT MET")}") : "",
        Microseconds(row.Nanoseconds),
        Microseconds(row.PeerNanoseconds),
        Rate(row),
    ];

    private static string Rate(ReportRow row)
    {
        if (row.Operations > 0)
            return string.Create(CultureInfo.InvariantCulture, $"{row.Operations / row.Nanoseconds:0.0} GFLOP/s");
        return row.Elements > 0 ? string.Create(CultureInfo.InvariantCulture, $"{row.Nanoseconds / row.Elements:0.000} ns") : "";
    }

    private static string Microseconds(double nanoseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1000:#,0.00} µs");
}
