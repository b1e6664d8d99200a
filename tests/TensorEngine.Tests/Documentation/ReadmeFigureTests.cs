using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Optimizers;

namespace TensorEngine.Tests.Documentation;

/// <summary>The page's table of optimizers has the errors that the recordings show and the ratios of the committed run.</summary>
public sealed class ReadmeFigureTests
{
    public static IEnumerable<IOptimizerRow> RowsOfTorch => OptimizerCatalog.Rows.Where(row => row.TorchName is not null);

    [TestCaseSource(nameof(RowsOfTorch))]
    public void TheErrorIsTheLargestAgainstTheRecordings(IOptimizerRow row)
    {
        double ours = 0, torch = 0;
        foreach (Goldens.RecordedCase recorded in RecordedComparison.RecordingsOf(row))
        {
            var comparison = new RecordedComparison(row, recorded);
            ours = Math.Max(ours, comparison.Ours.LargestOnTheWay);
            torch = Math.Max(torch, comparison.Torch.LargestOnTheWay);
        }

        Assert.That(
            LineOf(row.Optimizer.Name), Does.Contain(string.Create(CultureInfo.InvariantCulture, $"| {ours:#,0} ({torch:#,0}) |")));
    }

    [Test]
    public void TheRatiosToTheLimitAreThoseOfTheCommittedRun()
    {
        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "bench", "results", "optimizers.json")));
        int found = 0;
        foreach (JsonElement comparison in results.RootElement.GetProperty("comparisons").EnumerateArray())
        {
            Match work = Regex.Match(
                comparison.GetProperty("work").GetString()!, @"^(?<name>\w+)(, [a-z, ]+)?, 16 M elements, \d+ bytes", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
            if (!work.Success)
                continue;
            found++;
            Assert.That(
                LineOf(work.Groups["name"].Value),
                Does.Contain(comparison.GetProperty("ratio").GetDouble().ToString("0.00", CultureInfo.InvariantCulture)),
                comparison.GetProperty("work").GetString());
        }

        Assert.That(found, Is.AtLeast(20));
    }

    private static string LineOf(string optimizer) =>
        File.ReadLines(Path.Combine(Root(), "src/TensorEngine/Documentation/Optimizers.md"))
            .First(line => line.StartsWith($"| `{optimizer}`", StringComparison.Ordinal));

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
