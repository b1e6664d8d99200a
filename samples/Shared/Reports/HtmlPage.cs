using System.Xml.Linq;
using Samples.Shared.Display;

namespace Samples.Shared.Reports;

/// <summary>A web page in a single file, including pictures and style, that a browser opens without a network connection.</summary>
/// <param name="title">The heading.</param>
/// <param name="question">The sample's question, below the heading.</param>
public sealed class HtmlPage(string title, string question)
{
    private const string StyleSheet =
        """
        :root { color-scheme: light dark; --text: #222222; --page: #ffffff; --quiet: #555b61; --line: #d4d8dc; --code: #f3f5f7 }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e4e6e8; --page: #15191e; --quiet: #a9b1b9; --line: #333a42; --code: #20262d }
        }
        body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; color: var(--text); background: var(--page);
          font: 1rem/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif }
        h1 { font-size: 1.6rem; margin: 0 0 .5rem } h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem }
        p { max-width: 48rem } figure { margin: 1.5rem 0 } figcaption { color: var(--quiet); max-width: 48rem }
        svg { max-width: 100%; height: auto } .wide { overflow-x: auto }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums }
        th, td { padding: .3rem .8rem; text-align: left; border-bottom: 1px solid var(--line) } .number { text-align: right }
        .long { font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; min-width: 16ch }
        pre { background: var(--code); padding: .8rem 1rem; overflow-x: auto }
        """;

    private readonly List<XElement> _content = [new("h1", title), new("p", question)];

    /// <summary>Adds a heading.</summary>
    public void AddHeading(string text) => _content.Add(new XElement("h2", text));

    /// <summary>Adds a paragraph.</summary>
    public void AddText(string text) => _content.Add(new XElement("p", text));

    /// <summary>Adds a picture with a caption below it.</summary>
    public void AddPicture(XElement picture, string caption) => _content.Add(
        new XElement("figure", new XElement("div", new XAttribute("class", "wide"), picture), new XElement("figcaption", caption)));

    /// <summary>Adds a table.</summary>
    public void AddTable(ResultTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        XElement Row(string name, IReadOnlyList<string> cells) => new(
            "tr",
            cells.Select((cell, i) => new XElement(name, ClassOf(table.Columns[i]), cell)));
        _content.Add(new XElement(
            "div",
            new XAttribute("class", "wide"),
            new XElement(
                "table",
                new XElement("thead", Row("th", [.. table.Columns.Select(column => column.Title)])),
                new XElement("tbody", table.Rows.Select(row => Row("td", row))))));
    }

    /// <summary>Long texts, such as digests, break anywhere, so that they do not make the page scroll.</summary>
    private static XAttribute? ClassOf(ResultColumn column) =>
        column.IsNumber ? new("class", "number") : column.IsLong ? new("class", "long") : null;

    /// <summary>Adds preformatted lines, such as a command.</summary>
    public void AddCode(string text) => _content.Add(new XElement("pre", text));

    /// <summary>The file's text, the same on every system.</summary>
    public string ToHtml()
    {
        var page = new XElement(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", title),
                new XElement("style", StyleSheet)),
            new XElement("body", _content));
        return $"<!DOCTYPE html>\n{page}\n".ReplaceLineEndings("\n");
    }
}
