using NUnit.Framework;
using TensorEngine.Tests.House;

namespace TensorEngine.Tests.Documentation;

/// <summary>
/// A page of which some blocks of lines are made: of the catalogs and of the committed runs of the benchmarks. A test that fails writes
/// the page as it should be, to be reviewed and copied.
/// </summary>
internal static class GeneratedPage
{
    /// <summary>Sees that the page has the blocks as they are made.</summary>
    public static void Check(string page, params Block[] blocks)
    {
        string[] lines = File.ReadAllLines(Sources.PathOf(page));
        List<string> made = [.. lines];
        foreach (Block block in blocks)
            block.Replace(made);
        if (made.SequenceEqual(lines, StringComparer.Ordinal))
            return;

        string name = string.Equals(page, Path.GetFileName(page), StringComparison.Ordinal) ? page : page.Replace('/', '-');
        string written = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{name}.new");
        File.WriteAllLines(written, made);
        string changed = string.Join('\n', made.Except(lines, StringComparer.Ordinal));
        Assert.Fail($"{page} should be {written}: review it and copy it over the page.\n{changed}");
    }

    /// <summary>The lines from the first one below a heading that has a beginning up to the next empty one.</summary>
    public sealed record Block(string Heading, string Beginning, IEnumerable<string> Lines)
    {
        /// <summary>Puts the lines in place of those that are there.</summary>
        public void Replace(List<string> page)
        {
            (int first, int end) = In(page);
            page.RemoveRange(first, end - first);
            page.InsertRange(first, Lines);
        }

        /// <summary>Where the block is in a page: its first line and the one after its last.</summary>
        public (int First, int End) In(List<string> page)
        {
            int section = page.IndexOf(Heading);
            Assert.That(section, Is.Not.Negative, $"There is no heading {Heading}.");
            int first = page.FindIndex(section, line => line.StartsWith(Beginning, StringComparison.Ordinal));
            Assert.That(first, Is.Not.Negative, $"Below {Heading} no line starts with {Beginning}.");
            int end = page.FindIndex(first, string.IsNullOrEmpty);
            return (first, end < 0 ? page.Count : end);
        }
    }
}
