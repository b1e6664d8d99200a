using Spectre.Console;

namespace Samples.Shared.Display;

/// <summary>A table of results: drawn on a terminal, columns of plain text that never wrap anywhere else.</summary>
public sealed class ResultTable(params IReadOnlyList<ResultColumn> columns)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <summary>Adds a row with one text for each column.</summary>
    /// <exception cref="ArgumentException">There are more or fewer texts than columns.</exception>
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
        if (Terminal.IsLive)
            Draw();
        else
            WriteText(Console.Out);
    }

    /// <summary>Writes the table as lines of text.</summary>
    public void WriteText(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        int[] widths = [.. columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Title.Length).Max())];
        foreach (IReadOnlyList<string> row in _rows.Prepend([.. columns.Select(column => column.Title)]))
        {
            IEnumerable<string> cells = row.Select((cell, i) => columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            writer.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    private void Draw()
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (ResultColumn column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column.Title))
            {
                Alignment = column.IsNumber ? Justify.Right : Justify.Left,
            });
        }

        foreach (IReadOnlyList<string> row in _rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }
}

/// <summary>A column of a <see cref="ResultTable"/>.</summary>
/// <param name="Title">Its heading, with the unit.</param>
/// <param name="IsNumber">Whether its texts are numbers, which stand at the right.</param>
public sealed record ResultColumn(string Title, bool IsNumber = false);
