using Digits.Datasets;
using Digits.Training;
using Samples.Shared.CommandLine;
using Samples.Shared.Reports;

namespace Digits.Reports;

/// <summary>Writes the outcomes of a comparison: results.json, the pictures and the page.</summary>
public static class DigitsReport
{
    private const string Question =
        "How fast does a network learn to read handwritten digits, and how well does it read them in the end? Every run uses the same "
        + "batches in the same order; only what the legends name differs.";

    /// <summary>Writes all files.</summary>
    /// <param name="folder">Where they go.</param>
    /// <param name="command">The command line that makes them.</param>
    /// <param name="test">The images that the networks are judged by.</param>
    /// <param name="trainer">The trainer of all runs.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="outcomes">The outcomes, at least one.</param>
    public static void Write(
        OutputFolder folder,
        string command,
        LabelledImages test,
        Trainer trainer,
        TrainingSettings settings,
        IReadOnlyList<TrainingOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentNullException.ThrowIfNull(settings);
        var report = new Report(folder, "Handwritten digits", Question, command);
        report.File("results.json", ResultsFile.ToJson(settings.Seed, outcomes));
        report.Table(OutcomeTable.OfFigures(outcomes));
        report.Picture(
            "loss.svg",
            TrainingCharts.Loss(trainer, settings, outcomes).ToPicture(),
            "The training loss, on the batches that the network learns from. The scale is logarithmic: equal distances are equal factors.");
        report.Picture(
            "accuracy.svg",
            TrainingCharts.Accuracy(trainer, settings, outcomes).ToPicture(),
            "The accuracy on images that the network has never seen.");
        report.Picture(
            "confusion.svg", ConfusionChart.Draw(test, outcomes), "Blue is right, orange is wrong; stronger colors mean more images.");

        TrainingOutcome best = outcomes.MaxBy(outcome => outcome.Accuracy)!;
        if (best.Accuracy < 1)
            report.Picture("misread.svg", MisreadChart.Draw(test, best), "Errors of the most accurate network. Could you read these?");
        else
            report.Text($"{best.Run.Name} reads every test image correctly.");
        report.Finish();
    }
}
