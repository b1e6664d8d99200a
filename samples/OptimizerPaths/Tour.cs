using System.Globalization;
using System.Text;
using Samples.Shared.Charts;
using Samples.Shared.CommandLine;
using Samples.Shared.Display;
using Samples.Shared.Reports;

namespace OptimizerPaths;

/// <summary>The sample's job: runs each optimizer on each surface, then draws and writes the paths.</summary>
internal sealed class Tour(PathsOptions options)
{
    private const string Question =
        "The gradient says which way is down at the current point, not where the minimum is. How do optimizers use it? Each starts at the "
        + "same point and takes the same number of steps; only the rule differs.";

    /// <summary>Walks and writes.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled: nothing is written.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        OutputFolder folder = OutputFolder.Make(options.OutputFolder);
        var walks = new List<Walk>();
        foreach (Surface surface in options.Surfaces)
        {
            foreach (PathOptimizer optimizer in options.Optimizers)
            {
                cancellationToken.ThrowIfCancellationRequested();
                walks.Add(Walk.Take(surface, optimizer, options));
            }
        }

        ResultTable table = Table(walks);
        table.Write();
        var report = new Report(folder, "Paths of optimizers", Question, options.Command);
        if (options.Noise > 0)
            report.Text(Text($"Noise with a standard deviation of {options.Noise} is added to the gradients; the seed is {options.Seed}."));
        foreach (IGrouping<Surface, Walk> walksOnOne in walks.GroupBy(walk => walk.Surface))
            report.Picture($"{walksOnOne.Key.Name}.svg", WalkChart.Draw([.. walksOnOne]), walksOnOne.Key.Lesson);
        report.Heading("Where they end");
        report.Table(table);
        report.File("paths.csv", Csv(walks));
        report.Finish();
    }

    private static ResultTable Table(List<Walk> walks)
    {
        var table = new ResultTable(
            new ResultColumn("Surface"),
            new ResultColumn("Optimizer"),
            new ResultColumn("Learning rate", IsNumber: true),
            new ResultColumn("Updates", IsNumber: true),
            new ResultColumn("x at the end", IsNumber: true),
            new ResultColumn("y at the end", IsNumber: true),
            new ResultColumn("f at the end", IsNumber: true),
            new ResultColumn("Updates to reach 1% of the starting f", IsNumber: true));
        foreach (Walk walk in walks)
        {
            ChartPoint end = walk.Points[^1];
            int near = walk.Values.Index().FirstOrDefault(entry => entry.Item <= 0.01 * walk.Values[0], (-1, 0)).Index;
            table.AddRow(
                walk.Surface.Name,
                walk.Optimizer.Title,
                Text($"{walk.Rate:0.######}"),
                Text($"{walk.Points.Count - 1}"),
                Text($"{end.X:0.0000}"),
                Text($"{end.Y:0.0000}"),
                Text($"{walk.Values[^1]:0.00e-00}"),
                near < 0 ? "-" : Text($"{near}"));
        }

        return table;
    }

    /// <summary>All points; floats with as many digits as it takes to tell them apart.</summary>
    private static string Csv(List<Walk> walks)
    {
        var text = new StringBuilder("surface,optimizer,step,x,y,value\n");
        foreach (Walk walk in walks)
        {
            foreach ((int step, ChartPoint point) in walk.Points.Index())
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{walk.Surface.Name},{walk.Optimizer.Name},{step},{(float)point.X},{(float)point.Y},{walk.Values[step]}\n");
            }
        }

        return text.ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
