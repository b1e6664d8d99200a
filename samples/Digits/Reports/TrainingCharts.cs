using System.Globalization;
using Digits.Training;
using Samples.Shared.Charts;

namespace Digits.Reports;

/// <summary>Draws loss.svg and accuracy.svg: how training goes, a curve for each run.</summary>
public static class TrainingCharts
{
    private const int PointsPerCurve = 600;

    // A thirtieth of the steps is an epoch at the usual setting: enough to take the noise out, too little to hide a shape.
    private const int WindowsPerCurve = 30;

    // Above 0 for the logarithm: smaller losses are drawn here.
    private const double SmallestLoss = 1e-9;

    /// <summary>How the loss falls, for outcomes, at least one, that have equally many steps.</summary>
    public static LineChart Loss(Trainer trainer, TrainingSettings settings, IReadOnlyList<TrainingOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(settings);
        int window = trainer.StepCount / WindowsPerCurve / 2 * 2 + 1;
        ChartSeries[] curves = [.. outcomes.Select(outcome => new ChartSeries(Name(outcome), Points(outcome, window)))];
        double[] losses = [.. curves.SelectMany(curve => curve.Points).Select(point => point.Y).Where(double.IsFinite).DefaultIfEmpty(1)];
        return new LineChart
        {
            Title = "How the training loss falls",
            Subtitle = $"{Setting(trainer, settings, outcomes)}; {Smoothed(window)}",
            Horizontal = new LinearAxis(
                Text($"Training steps (of {settings.BatchSize} images, {trainer.StepsPerEpoch} in an epoch)"),
                0,
                trainer.StepCount,
                wholeNumbers: true),
            Vertical = new LogarithmicAxis("Cross-entropy loss (nats, logarithmic)", losses.Min() / 1.15, losses.Max() * 1.15),
            Series = curves,
        };
    }

    /// <summary>How the test accuracy rises, for outcomes, at least one, that have equally many epochs.</summary>
    public static LineChart Accuracy(Trainer trainer, TrainingSettings settings, IReadOnlyList<TrainingOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(settings);
        return new LineChart
        {
            Title = "How the test accuracy rises",
            Subtitle = $"{Setting(trainer, settings, outcomes)}; a point after each epoch",
            Horizontal = new LinearAxis("Epochs", 0, settings.Epochs, wholeNumbers: true),
            Vertical = new LinearAxis("Share of test images read right", 0, 1),
            Series =
            [
                .. outcomes.Select(outcome => new ChartSeries(
                    Name(outcome), [.. outcome.EpochAccuracies.Select((accuracy, i) => new ChartPoint(i + 1, accuracy))])),
            ],
        };
    }

    private static string Setting(Trainer trainer, TrainingSettings settings, IEnumerable<TrainingOutcome> outcomes)
    {
        string[] initializers = [.. outcomes.Select(outcome => outcome.Run.Initializer.Title).Distinct(StringComparer.Ordinal)];
        string weights = initializers.Length == 1 ? $"initial weights {initializers[0]}, " : "";
        string extras = settings.Extras.Length > 0 ? $"{settings.Extras}, " : "";
        return Text($"Network {Layers(trainer, settings)}, {weights}{extras}seed {settings.Seed}");
    }

    private static string Name(TrainingOutcome outcome) =>
        double.IsFinite(outcome.Loss) ? outcome.Run.Name : $"{outcome.Run.Name} (diverged)";

    private static string Layers(Trainer trainer, TrainingSettings settings)
    {
        const int Shown = 8;
        if (settings.Network == NetworkKind.Convolutional)
            return trainer.Network;
        IReadOnlyList<int> sizes = trainer.LayerSizes;
        return sizes.Count <= Shown
            ? string.Join("-", sizes)
            : $"{string.Join("-", sizes.Take(Shown - 2))}-...-{string.Join("-", sizes.TakeLast(2))} ({sizes.Count - 1} layers)";
    }

    private static List<ChartPoint> Points(TrainingOutcome outcome, int window) =>
    [
        .. Smoothing.MovingAverage(outcome.StepLosses, window, PointsPerCurve)
            .Select(point => new ChartPoint(point.Index + 1, Math.Max(SmallestLoss, point.Mean))),
    ];

    private static string Smoothed(int window) =>
        window == 1 ? "a point for each step" : Text($"each point is the mean of {window} steps");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
