using System.Text.Json;
using System.Text.Json.Serialization;
using Digits.Training;
using Samples.Shared.Reports;

namespace Digits.Reports;

/// <summary>What results.json says of one optimizer.</summary>
/// <param name="Optimizer">Its name.</param>
/// <param name="Initializer">How the initial weights were drawn.</param>
/// <param name="Seed">The random seed.</param>
/// <param name="Loss">The mean loss of the last epoch's steps, in nats; null if training diverged, for JSON knows no NaN.</param>
/// <param name="Accuracy">The share of test images read right, from 0 to 1.</param>
/// <param name="Steps">The number of training steps.</param>
/// <param name="MicrosecondsPerStep">The median time of a step.</param>
/// <param name="WeightsSha256">See <see cref="WeightsDigest"/>.</param>
public sealed record ResultEntry(
    string Optimizer,
    string Initializer,
    ulong Seed,
    double? Loss,
    double Accuracy,
    int Steps,
    double MicrosecondsPerStep,
    string WeightsSha256);

/// <summary>Writes results.json: an array with an entry for each optimizer.</summary>
public static class ResultsFile
{
    /// <summary>The file's text, the same on every system.</summary>
    public static string ToJson(ulong seed, IEnumerable<TrainingOutcome> outcomes)
    {
        ResultEntry[] entries =
        [
            .. outcomes.Select(outcome => new ResultEntry(
                outcome.Run.Optimizer.Title,
                outcome.Run.Initializer.Name,
                seed,
                double.IsFinite(outcome.Loss) ? outcome.Loss : null,
                outcome.Accuracy,
                outcome.StepLosses.Count,
                Math.Round(outcome.MicrosecondsPerStep, 2),
                outcome.WeightsSha256)),
        ];
        return JsonSerializer.Serialize(entries, ResultsJsonContext.Default.ResultEntryArray) + "\n";
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(ResultEntry[]))]
internal sealed partial class ResultsJsonContext : JsonSerializerContext;
