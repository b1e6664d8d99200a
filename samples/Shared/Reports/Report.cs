using System.CommandLine;
using System.Xml.Linq;
using Samples.Shared.Charts;
using Samples.Shared.CommandLine;
using Samples.Shared.Display;

namespace Samples.Shared.Reports;

/// <summary>
/// The output of a sample: files in its output folder and report.html, a page with the same content and the command that produced it.
/// </summary>
public sealed class Report
{
    private readonly OutputFolder _folder;
    private readonly HtmlPage _page;
    private readonly string _command;

    /// <param name="folder">The output folder.</param>
    /// <param name="title">The page's heading.</param>
    /// <param name="question">The sample's question.</param>
    /// <param name="command">The command that produces the report.</param>
    public Report(OutputFolder folder, string title, string question, string command)
    {
        _folder = folder;
        _command = command;
        _page = new HtmlPage(title, question);
    }

    /// <summary>Returns the command line that starts a sample with the user's arguments.</summary>
    /// <param name="sample">The sample's folder in samples.</param>
    /// <param name="result">The parsed arguments.</param>
    public static string Command(string sample, ParseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        string[] arguments = [.. result.Tokens.Select(token => Quoted(token.Value))];
        string command = $"dotnet run -c Release --project samples/{sample}";
        return arguments.Length == 0 ? command : $"{command} -- {string.Join(' ', arguments)}";
    }

    /// <summary>Adds a heading to the page.</summary>
    public void Heading(string text) => _page.AddHeading(text);

    /// <summary>Adds a paragraph to the page.</summary>
    public void Text(string text) => _page.AddText(text);

    /// <summary>Adds preformatted lines, such as a program's output.</summary>
    public void Code(string text) => _page.AddCode(text);

    /// <summary>Adds a table to the page.</summary>
    public void Table(ResultTable table) => _page.AddTable(table);

    /// <summary>Writes a picture as a file, and adds it to the page.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="picture">The result of <see cref="Svg.Picture"/>.</param>
    /// <param name="caption">The caption below it.</param>
    public void Picture(string name, XElement picture, string caption)
    {
        File(name, Svg.ToText(picture));
        _page.AddPicture(picture, caption);
    }

    /// <summary>Writes a file that is not part of the page.</summary>
    public void File(string name, string content) => Console.Out.WriteLine($"wrote {_folder.Write(name, content)}");

    /// <summary>Writes the page.</summary>
    public void Finish()
    {
        _page.AddHeading("The command");
        _page.AddCode(_command);
        File("report.html", _page.ToHtml());
    }

    private static string Quoted(string argument) => argument.Contains(' ', StringComparison.Ordinal) ? $"'{argument}'" : argument;
}
