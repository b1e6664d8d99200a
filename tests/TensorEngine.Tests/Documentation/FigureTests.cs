using System.Text.RegularExpressions;
using NUnit.Framework;
using TensorEngine.Tests.House;

namespace TensorEngine.Tests.Documentation;

/// <summary>
/// The figures of the READMEs are those of the committed runs, the unfavourable ones as well, and no figure of speed stands outside of
/// what is made of them.
/// </summary>
public sealed class FigureTests
{
    private const string Heading = "## Figures";

    private static GeneratedPage.Block[] Readme =>
    [
        new(Heading, "Measured on: ", FigureTables.Machine),
        new(Heading, "| work", FigureTables.Choice),
    ];

    private static GeneratedPage.Block[] Bench =>
    [
        new(Heading, "Measured on: ", FigureTables.Machine),
        new(Heading, "- ", FigureTables.Peers),
        new("### Against others", "| work", FigureTables.Others),
        new("### Two threads against one", "| work", FigureTables.Threads),
        new("### Two threads against one", "- ", FigureTables.ThreadNotes),
        new("### Missed targets", "| command", FigureTables.Missed),
    ];

    [Test]
    public void TheReadmeHasTheCommittedFigures() => GeneratedPage.Check("README.md", Readme);

    [Test]
    public void TheBenchmarksReadmeHasTheCommittedFigures() => GeneratedPage.Check("bench/README.md", Bench);

    [TestCase("README.md")]
    [TestCase("bench/README.md")]
    public void NoOtherFigureStandsInTheSection(string page)
    {
        List<string> lines = [.. File.ReadAllLines(Sources.PathOf(page))];
        int first = lines.IndexOf(Heading);
        int end = lines.FindIndex(first + 1, line => line.StartsWith("## ", StringComparison.Ordinal));
        var free = Enumerable.Range(first, (end < 0 ? lines.Count : end) - first).ToHashSet();
        foreach (GeneratedPage.Block block in page is "README.md" ? Readme : Bench)
        {
            (int from, int to) = block.In(lines);
            free.ExceptWith(Enumerable.Range(from, to - from));
        }

        Assert.That(free.Select(line => lines[line]).Where(IsFigure), Is.Empty);
    }

    [TestCase("it takes 0.69 of the time", true)]
    [TestCase("11 times a copy", true)]
    [TestCase("143 us per step", true)]
    [TestCase("204 GFLOP/s", true)]
    [TestCase("a product of 512 with 2 threads by OpenBLAS", false)]
    public void FiguresAreKnown(string text, bool isFigure) => Assert.That(IsFigure(text), Is.EqualTo(isFigure));

    private static bool IsFigure(string line) =>
        Regex.IsMatch(line, @"\b\d+\.\d|\b\d+ (times|ns|us|ms|s|GFLOP/s|GB/s|%)(\W|$)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
}
