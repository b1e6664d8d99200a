using System.Xml.Linq;
using NUnit.Framework;
using TensorEngine.Benchmarks.Tool.Pictures;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Tests.Benchmarks;

/// <summary>The roofline shows every kernel and every limit, and its names touch nothing.</summary>
public sealed class RooflineChartTests
{
    [Test]
    public void EveryKernelAndEveryLimitIsThere()
    {
        MachineRun run = MadeRun.Of([.. Enumerable.Range(1, 40).Select(row => ($"kernel {row}", new[] { 100.0 * row, 101 * row }))]);
        run = run with { Kernels = [.. run.Kernels.Append(run.Kernels[0] with { Name = "uncounted", Operations = 0 })] };
        var chart = new RooflineChart(run);
        string[] texts = [.. chart.ToPicture().Descendants().Where(element => element.Name.LocalName is "text" or "title").Select(element => element.Value)];
        Assert.That(chart.Shown, Has.Count.EqualTo(40));
        for (int row = 1; row <= 40; row++)
            Assert.That(texts, Has.Some.StartsWith($"kernel {row}: "));
        Assert.That(texts, Has.Some.EqualTo("L1, 300 GB/s").And.Some.EqualTo("memory, 30 GB/s").And.Some.EqualTo("fused multiply-adds, 200 GFLOP/s"));
        Assert.That(texts, Has.None.Contains("uncounted"));
    }

    [Test]
    public void NamesTouchNothing()
    {
        var room = new LabelRoom(0, 0, 200, 100);
        room.Take(0, 0, 200, 45);
        (double X, double Y)? first = room.TryPlace(100, 50, 4, "name");
        Assert.That(first, Is.Not.Null);
        Assert.That(first.Value.X, Is.EqualTo(107), "right of the point");
        Assert.That(room.TryPlace(100, 50, 4, "name")!.Value.X, Is.LessThan(93 - 4 * 6.3 + 0.1), "left of it");
        Assert.That(room.TryPlace(198, 10, 4, "a name that is long enough to leave the room wherever it stands beside the point"), Is.Null);
    }

    [Test]
    public void ThePageHasThePictureAndTheRows()
    {
        string page = RunPage.ToHtml(MadeRun.Of(("a kernel", [1, 2, 3])));
        Assert.That(page, Does.StartWith("<!DOCTYPE html>").And.Contains("<svg").And.Contains("a kernel").And.Contains("A processor"));
        Assert.That(page, Does.Not.Contain("http://").Or.Not.Contains("src="), "one file");
        Assert.That(XDocument.Parse(page).Descendants("tr").Count(), Is.GreaterThan(6));
    }
}
