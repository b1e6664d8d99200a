using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Engine.Tests.Catalog;
using NUnit.Framework;

namespace Engine.Tests.Optimizers;

/// <summary>The error that an optimizer's documentation states is the one that the tests assert.</summary>
public sealed partial class DocumentationTests
{
    [TestCaseSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Rows))]
    public void TheStatedErrorIsTheTestedOne(IOptimizerRow row)
    {
        Match stated = StatedError().Match(Summary(row.Optimizer));
        Assert.That(stated.Success, $"The summary of {row.Optimizer.Name} does not state its error in the usual words.");
        Assert.Multiple(() =>
        {
            Assert.That(Number("first"), Is.EqualTo(row.Bound.First), "ULP after the first step");
            Assert.That(Number("hundred"), Is.EqualTo(row.Bound.Hundred), "ULP after 100 steps");
        });

        double Number(string group) => double.Parse(stated.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The summary in the documentation file beside the assembly, with single spaces.</summary>
    private static string Summary(Type type)
    {
        XDocument documentation = XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml"));
        XElement documented = documentation.Descendants("member")
            .Single(member => string.Equals((string?)member.Attribute("name"), $"T:{type.FullName}", StringComparison.Ordinal));
        return Spaces().Replace(documented.Element("summary")?.Value ?? "", " ");
    }

    [GeneratedRegex(
        @"after the first step at most (?<first>[\d.]+) ULP of max\(\|p\|, \|update\|\) from exact arithmetic; after 100 steps at most (?<hundred>[\d.]+) ULP of the largest \|p\| or \|update\| on the way",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex StatedError();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
