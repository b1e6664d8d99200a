using System.Globalization;
using System.Text.Json;
using Samples.Shared.Charts;
using Samples.Shared.CommandLine;
using Samples.Shared.Display;
using Samples.Shared.Reports;
using Transformer.Model;
using Transformer.Tasks;
using Transformer.Training;

namespace Transformer.Reports;

/// <summary>Writes the results of a training run: results.json, the pictures and the page.</summary>
internal static class TransformerReport
{
    private const int PointsPerCurve = 600;
    private const int WindowsPerCurve = 60;
    private const double SmallestLoss = 1e-6;

    public static void Write(
        OutputFolder folder,
        string command,
        GptShape shape,
        LearningTask task,
        TrainingSettings settings,
        TrainingOutcome outcome,
        string digest)
    {
        string question = task.IsShare
            ? "Can a small GPT learn addition from examples alone, and add numbers that it has never seen?"
            : "Can a small GPT learn to imitate a text, character by character?";
        var report = new Report(folder, "A small GPT", question, command);
        report.File("results.json", ToJson(settings, outcome, digest));
        var table = new ResultTable(
            new ResultColumn("Model"),
            new ResultColumn("Steps", IsNumber: true),
            new ResultColumn(task.ScoreName, IsNumber: true),
            new ResultColumn("SHA-256 of the weights", IsLong: true));
        table.AddRow($"{shape}", $"{settings.Steps}", Number(outcome.Scores[^1].Score), digest);
        report.Table(table);
        report.Picture("loss.svg", Loss(shape, settings, outcome).ToPicture(), "The training loss. The scale is logarithmic.");
        report.Picture("score.svg", Score(shape, task, settings, outcome).ToPicture(), "Measured on data that the model never trains on.");
        report.Picture(
            "attention.svg",
            AttentionChart.Draw(task, shape.Heads, outcome.Attention),
            "An example that the model never trains on. A token sees itself and the earlier ones.");
        report.Heading("What it writes");
        report.Code(string.Join('\n', outcome.Samples));
        report.Finish();
    }

    private static LineChart Loss(GptShape shape, TrainingSettings settings, TrainingOutcome outcome)
    {
        int window = settings.Steps / WindowsPerCurve / 2 * 2 + 1;
        ChartPoint[] points =
        [
            .. Smoothing.MovingAverage(outcome.Losses, window, PointsPerCurve)
                .Select(point => new ChartPoint(point.Index + 1, Math.Max(SmallestLoss, point.Mean))),
        ];
        double[] finite = [.. points.Select(point => point.Y).Where(double.IsFinite).DefaultIfEmpty(1)];
        return new LineChart
        {
            Title = "How the training loss falls",
            Subtitle = Setting(shape, settings),
            Horizontal = new LinearAxis($"Training steps (of {settings.Batch} sequences)", 0, settings.Steps, wholeNumbers: true),
            Vertical = new LogarithmicAxis("Cross-entropy loss (nats, logarithmic)", finite.Min() / 1.15, finite.Max() * 1.15),
            Series = [new ChartSeries("loss", points)],
        };
    }

    private static LineChart Score(GptShape shape, LearningTask task, TrainingSettings settings, TrainingOutcome outcome)
    {
        double most = task.IsShare ? 1 : outcome.Scores.Select(score => score.Score).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        return new LineChart
        {
            Title = task.IsShare ? "How the share of correct sums rises" : "How the held-out loss falls",
            Subtitle = Setting(shape, settings),
            Horizontal = new LinearAxis("Training steps", 0, settings.Steps, wholeNumbers: true),
            Vertical = new LinearAxis(task.ScoreName, 0, most),
            Series = [new ChartSeries("held out", [.. outcome.Scores.Select(score => new ChartPoint(score.Step, score.Score))])],
        };
    }

    /// <summary>The file's text, the same on every system but for the times.</summary>
    private static string ToJson(TrainingSettings settings, TrainingOutcome outcome, string digest)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("seed", settings.Seed);
            writer.WriteNumber("steps", settings.Steps);
            writer.WriteNumber("loss", Finite(outcome.Losses[^1]));
            writer.WriteNumber("score", Finite(outcome.Scores[^1].Score));
            writer.WriteNumber("seconds", outcome.Time.TotalSeconds);
            writer.WriteNumber("tokensPerSecond", outcome.TokensPerSecond);
            writer.WriteString("weightsSha256", digest);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    // JSON knows no NaN.
    private static double Finite(double value) => double.IsFinite(value) ? value : -1;

    private static string Setting(GptShape shape, TrainingSettings settings) => $"{shape}, seed {settings.Seed}";

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
