using System.Globalization;
using Digits.Training;
using Samples.Shared.Display;

namespace Digits.Reports;

/// <summary>Shows the outcomes side by side.</summary>
public static class OutcomeTable
{
    /// <summary>A row for each outcome, with what every machine gets alike.</summary>
    public static ResultTable OfFigures(IEnumerable<TrainingOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var table = new ResultTable(
            new ResultColumn("Optimizer"),
            new ResultColumn("Initial weights"),
            new ResultColumn("Training loss", IsNumber: true),
            new ResultColumn("Test accuracy", IsNumber: true),
            new ResultColumn("Misread", IsNumber: true),
            new ResultColumn("SHA-256 of the weights", IsLong: true));
        foreach (TrainingOutcome outcome in outcomes)
        {
            table.AddRow(
                outcome.Run.Optimizer.Title,
                outcome.Run.Initializer.Title,
                Number(outcome.Loss, "0.0000"),
                Number(outcome.Accuracy, "0.0000"),
                Number(Math.Round((1 - outcome.Accuracy) * outcome.Answers.Count), "0"),
                outcome.WeightsSha256);
        }

        return table;
    }

    /// <summary>A row for each outcome, with the time it took.</summary>
    public static ResultTable Of(IEnumerable<TrainingOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var table = new ResultTable(
            new ResultColumn("Optimizer"),
            new ResultColumn("Training loss", IsNumber: true),
            new ResultColumn("Test accuracy", IsNumber: true),
            new ResultColumn("µs per step", IsNumber: true),
            new ResultColumn("Optimizer's share", IsNumber: true),
            new ResultColumn("SHA-256 of the weights", IsLong: true));
        foreach (TrainingOutcome outcome in outcomes)
        {
            table.AddRow(
                outcome.Run.Name,
                Number(outcome.Loss, "0.0000"),
                Number(outcome.Accuracy, "0.0000"),
                Number(outcome.MicrosecondsPerStep, "0.0"),
                Number(100 * outcome.MicrosecondsPerUpdate / outcome.MicrosecondsPerStep, "0.0") + "%",
                outcome.WeightsSha256);
        }

        return table;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
