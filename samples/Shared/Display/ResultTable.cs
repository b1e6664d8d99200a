using Spectre.Console;

namespace Samples.Shared.Display;

/// <summary>A table of results: drawn on a terminal, otherwise columns of plain text that never wrap.</summary>
public sealed class ResultTable(params IReadOnlyList<ResultColumn> columns)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    public IReadOnlyList<ResultColumn> Columns => columns;

    /// <summary>The rows, with one text for each column.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>Adds a row with one text for each column.</summary>
    /// <exception cref="ArgumentException">The number of texts is not that of the columns.</exception>
    public void AddRow(params IReadOnlyList<string> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (cells.Count != columns.Count)
            throw new ArgumentException($"cells has {cells.Count} texts; the table has {columns.Count} columns.", nameof(cells));
        _rows.Add(cells);
    }

    /// <summary>Writes the table to standard output.</summary>
    public void Write()
    {
        if (!Terminal.IsLive)
        {
            WriteText(Console.Out);
            return;
        }

        int[] all = [.. Enumerable.Range(0, columns.Count)];
        int borders = 3 * columns.Count + 1;
        if (Widths().Sum() + borders <= AnsiConsole.Profile.Width)
        {
            Draw(all);
            return;
        }

        // Too wide: what is long comes below, one line for each row, so that nothing has to wrap.
        Draw([.. all.Where(i => !columns[i].IsLong)]);
        foreach (int i in all.Where(i => columns[i].IsLong))
        {
            var lines = new ResultTable(columns[0], columns[i]);
            foreach (IReadOnlyList<string> row in _rows)
                lines.AddRow(row[0], row[i]);
            lines.WriteText(Console.Out);
        }
    }

    /// <summary>Writes the table as lines of text.</summary>
    public void WriteText(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        int[] widths = Widths();
        foreach (IReadOnlyList<string> row in _rows.Prepend(Titles))
        {
            IEnumerable<string> cells = row.Select((cell, i) => columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            writer.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    private string[] Titles => [.. columns.Select(column => column.Title)];

    private int[] Widths() => [.. Titles.Select((title, i) => _rows.Select(row => row[i].Length).Append(title.Length).Max())];

    private void Draw(int[] shown)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (int i in shown)
        {
            table.AddColumn(new TableColumn(Markup.Escape(columns[i].Title))
            {
                Alignment = columns[i].IsNumber ? Justify.Right : Justify.Left,
            });
        }

        foreach (IReadOnlyList<string> row in _rows)
            table.AddRow([.. shown.Select(i => Markup.Escape(row[i]))]);
        AnsiConsole.Write(table);
    }
}

/// <summary>A column of a <see cref="ResultTable"/>.</summary>
/// <param name="Title">Its heading, with the unit.</param>
/// <param name="IsNumber">Whether its texts are numbers, which are right-aligned.</param>
/// <param name="IsLong">Whether it may move below a table that is too wide for the terminal.</param>
public sealed record ResultColumn(string Title, bool IsNumber = false, bool IsLong = false);
