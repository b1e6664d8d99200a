namespace Transformer.Training;

/// <summary>What became of a training.</summary>
/// <param name="Losses">The loss of every step, in nats per token.</param>
/// <param name="Scores">After which steps the model was judged, and its scores.</param>
/// <param name="Samples">What it writes at the end.</param>
/// <param name="Time">How long the training took.</param>
/// <param name="TokensPerSecond">How many tokens it writes in a second, one by one.</param>
/// <param name="Attention">How much the example's tokens look at one another, [heads, time, time] of every block.</param>
public sealed record TrainingOutcome(
    IReadOnlyList<double> Losses,
    IReadOnlyList<(int Step, double Score)> Scores,
    IReadOnlyList<string> Samples,
    TimeSpan Time,
    double TokensPerSecond,
    IReadOnlyList<float[]> Attention);

/// <summary>How far a training is.</summary>
/// <param name="Step">The steps taken.</param>
/// <param name="Loss">The loss of the last one.</param>
/// <param name="Score">The model's score, if it was judged.</param>
/// <param name="Samples">What it wrote then.</param>
public readonly record struct TrainingProgress(int Step, double Loss, double? Score = null, IReadOnlyList<string>? Samples = null);
