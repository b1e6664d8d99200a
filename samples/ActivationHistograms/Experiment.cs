using System.Globalization;
using System.Text;
using Samples.Shared.Choices;
using Samples.Shared.CommandLine;
using Samples.Shared.Display;
using Samples.Shared.Reports;

namespace ActivationHistograms;

/// <summary>The sample's job: runs a network for each activation and each kind of initial weights, then writes the report.</summary>
internal sealed class Experiment(HistogramsOptions options)
{
    private const string Question =
        "What do the activations of a network's layers look like before the first training step? If the initial weights are too "
        + "large, activations crowd where the slope is 0; if they are too small, all units give the same output. Either way the network "
        + "can learn little.";

    private const string Meaning =
        "An activation is stuck where the slope is 0 or nearly so: ReLU at 0, sigmoid and tanh within 1% of the ends of their range. "
        + "A ReLU unit that is 0 for every input is dead; a sigmoid or tanh unit that is stuck for at least half of the inputs is "
        + "saturated. The other failure is a standard deviation σ near 0 in the pictures: all activations are alike.";

    private readonly List<(ActivationChoice Activation, InitializerChoice Initializer, IReadOnlyList<Layer> Layers)> _networks = [];

    /// <summary>Runs the networks and writes the report.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled: nothing is written.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        OutputFolder folder = OutputFolder.Make(options.OutputFolder);
        bool finished = false;
        ProgressBoard.Show(board => finished = Look(board, cancellationToken));
        if (!finished)
            cancellationToken.ThrowIfCancellationRequested();

        ResultTable table = Table();
        table.Write();
        Console.Out.WriteLine(Meaning);
        var report = new Report(folder, "How initial weights affect activations", Question, options.Command);
        report.Text(
            Text($"{options.Samples} inputs of {options.Units} standard normal numbers pass through {options.Layers} layers of ")
            + Text($"{options.Units} units without biases; the seed is {options.Seed}."));
        foreach (var networks in _networks.GroupBy(network => network.Activation))
        {
            report.Picture(
                $"{networks.Key.Name}.svg",
                HistogramChart.Draw(
                    networks.Key, [.. networks.Select(network => (network.Initializer, network.Layers))], options.Samples * options.Units),
                networks.Key.Lesson);
        }

        report.Heading("Dead and saturated units");
        report.Text(Meaning);
        report.Table(table);
        report.File("histograms.csv", Csv());
        report.Finish();
    }

    private bool Look(ProgressBoard board, CancellationToken cancellationToken)
    {
        ProgressTask task = board.Start("Networks", options.Activations.Count * options.Initializers.Count);
        foreach (ActivationChoice activation in options.Activations)
        {
            foreach (InitializerChoice initializer in options.Initializers)
            {
                if (cancellationToken.IsCancellationRequested)
                    return false;
                _networks.Add((activation, initializer, Layer.Run(activation, initializer, options)));
                task.Report(_networks.Count);
            }
        }

        return true;
    }

    /// <summary>The share of units that cannot learn, layer by layer.</summary>
    private ResultTable Table()
    {
        var table = new ResultTable(
        [
            new ResultColumn("Activation"),
            new ResultColumn("Initial weights"),
            new ResultColumn("Share of units that are"),
            .. Enumerable.Range(1, options.Layers).Select(number => new ResultColumn(Text($"Layer {number}"), IsNumber: true)),
        ]);
        foreach (var (activation, initializer, layers) in _networks)
            table.AddRow([activation.Title, initializer.Title, activation.Idle, .. layers.Select(layer => Text($"{layer.Idle:0%}"))]);
        return table;
    }

    /// <summary>All histograms.</summary>
    private string Csv()
    {
        var text = new StringBuilder("activation,initializer,layer,from,to,count\n");
        foreach (var (activation, initializer, layers) in _networks)
        {
            foreach (Layer layer in layers)
            {
                foreach ((int bin, int count) in layer.Counts.Index())
                {
                    double width = (layer.High - activation.Low) / Layer.Bins;
                    double from = activation.Low + bin * width;
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"{activation.Name},{initializer.Name},{layer.Number},{from:0.####},{from + width:0.####},{count}\n");
                }
            }
        }

        return text.ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
