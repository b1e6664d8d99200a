using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace TensorEngine.Tests.Samples;

/// <summary>A sample's report.html, which is also well-formed XML and refers to nothing outside of itself.</summary>
/// <param name="Text">All of its text.</param>
/// <param name="Pictures">The titles of its pictures.</param>
internal sealed record ReportPage(string Text, IReadOnlyList<string> Pictures)
{
    private const string DocumentType = "<!DOCTYPE html>\n";

    /// <summary>Reads and checks the page in a folder.</summary>
    public static ReportPage Read(string folder)
    {
        string html = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.That(html, Does.StartWith(DocumentType).And.Contain("prefers-color-scheme: dark"));
        XElement page = XElement.Parse(html[DocumentType.Length..]);
        string[] references = [.. page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href").Select(attribute => attribute.Value)];
        Assert.That(references, Is.All.StartWith("#"), "nothing may be fetched");
        Assert.That(Regex.Matches(html, "(?<!xmlns=\")https?://", RegexOptions.None, TimeSpan.FromSeconds(5)), Is.Empty);

        // In HTML only these end without an end tag; an empty <div/> would swallow what follows.
        string[] childless = [.. page.Descendants().Where(element => element.IsEmpty && element.Name.NamespaceName.Length == 0).Select(element => element.Name.LocalName).Distinct(StringComparer.Ordinal)];
        Assert.That(childless, Is.SubsetOf(new[] { "meta" }));

        XNamespace svg = "http://www.w3.org/2000/svg";
        return new ReportPage(page.Value, [.. page.Descendants(svg + "title").Select(title => title.Value)]);
    }
}
