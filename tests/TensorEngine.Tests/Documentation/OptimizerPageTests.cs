using NUnit.Framework;
using TensorEngine.Tests.House;

namespace TensorEngine.Tests.Documentation;

/// <summary>
/// The pages' tables of optimizers are those that the catalogs make. A test that fails writes the page as it should be, to be reviewed
/// and copied.
/// </summary>
public sealed class OptimizerPageTests
{
    [Test]
    public void OptimizersHasTheCatalogsTable() =>
        AssertPage("src/TensorEngine/Documentation/Optimizers.md", new Block("# Optimizers", "| `", OptimizerTables.Steps));

    [Test]
    public void WhichOptimizerHasTheCatalogsCostsAndAdvice() => AssertPage(
        "src/TensorEngine/Documentation/WhichOptimizer.md",
        new Block("## What they cost", "| `", OptimizerTables.Costs),
        new Block("## What they do, and where they fail", "- **", OptimizerTables.Advice),
        new Block("## Measured", "| optimizer", MeasuredTable.Lines));

    private static void AssertPage(string page, params Block[] blocks)
    {
        string[] lines = File.ReadAllLines(Sources.PathOf(page));
        List<string> made = [.. lines];
        foreach (Block block in blocks)
            Replace(made, block);
        if (made.SequenceEqual(lines, StringComparer.Ordinal))
            return;

        string written = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Path.GetFileName(page)}.new");
        File.WriteAllLines(written, made);
        Assert.Fail($"{page} should be {written}: review it and copy it over the page.\n{string.Join('\n', made.Except(lines, StringComparer.Ordinal))}");
    }

    private static void Replace(List<string> lines, Block block)
    {
        int section = lines.IndexOf(block.Heading);
        Assert.That(section, Is.Not.Negative, $"There is no heading {block.Heading}.");
        int first = lines.FindIndex(section, line => line.StartsWith(block.Beginning, StringComparison.Ordinal));
        lines.RemoveRange(first, lines.FindIndex(first, string.IsNullOrEmpty) - first);
        lines.InsertRange(first, block.Lines);
    }

    /// <summary>The lines from the first one below a heading that has a beginning up to the next empty one.</summary>
    private sealed record Block(string Heading, string Beginning, IEnumerable<string> Lines);
}
