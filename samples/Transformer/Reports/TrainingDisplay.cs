using System.Globalization;
using Transformer.Tasks;
using Transformer.Training;

namespace Transformer.Reports;

/// <summary>Prints how a training goes: a line each time that the model is judged, and what it wrote then.</summary>
public sealed class TrainingDisplay(int steps, LearningTask task) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Score is not { } score)
            return;
        string judged = task.IsShare
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * score:0.00}% right")
            : string.Create(CultureInfo.InvariantCulture, $"held-out loss {score:0.0000}");
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"step {value.Step} of {steps}: loss {value.Loss:0.0000}, {judged}"));
        foreach (string sample in value.Samples ?? [])
            Console.Out.WriteLine($"    {sample.ReplaceLineEndings("\n    ")}");
    }
}
