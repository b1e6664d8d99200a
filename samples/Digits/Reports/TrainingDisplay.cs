using System.Globalization;
using Digits.Training;
using Samples.Shared.Display;

namespace Digits.Reports;

/// <summary>Passes the progress of one run on to a task of a board; at the end of each epoch with the loss and the accuracy.</summary>
public sealed class TrainingDisplay(Trainer trainer, ProgressTask task) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Accuracy is not { } accuracy)
        {
            task.Report(value.Step);
            return;
        }

        int epochs = trainer.StepCount / trainer.StepsPerEpoch;
        task.Report(
            value.Step,
            string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {value.Epoch} of {epochs}, loss {value.Loss:0.0000}, test accuracy {accuracy:0.0000}"));
    }
}
