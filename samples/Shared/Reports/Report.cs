using System.CommandLine;
using System.Xml.Linq;
using Samples.Shared.Charts;
using Samples.Shared.CommandLine;
using Samples.Shared.Display;

namespace Samples.Shared.Reports;

/// <summary>
/// What a sample leaves behind: files in its output folder and report.html, a page that shows the same and the command that made it.
/// </summary>
public sealed class Report
{
    private readonly OutputFolder _folder;
    private readonly HtmlPage _page;
    private readonly string _command;

    /// <param name="folder">Where the files go.</param>
    /// <param name="title">The page's heading.</param>
    /// <param name="question">What the sample asks.</param>
    /// <param name="command">The command that makes the report.</param>
    public Report(OutputFolder folder, string title, string question, string command)
    {
        _folder = folder;
        _command = command;
        _page = new HtmlPage(title, question);
    }

    /// <summary>The command line that starts a sample with what the user gave.</summary>
    /// <param name="sample">The sample's folder in samples.</param>
    /// <param name="result">What the user gave.</param>
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

    /// <summary>Adds lines as they are, as a program prints them.</summary>
    public void Code(string text) => _page.AddCode(text);

    /// <summary>Adds a table to the page.</summary>
    public void Table(ResultTable table) => _page.AddTable(table);

    /// <summary>Writes a picture as a file, and adds it to the page.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="picture">What <see cref="Svg.Picture"/> gave.</param>
    /// <param name="caption">What there is to see.</param>
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
