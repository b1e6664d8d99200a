using Samples.Shared.Reports;

namespace Digits.Training;

/// <summary>The outcome of one run.</summary>
public sealed record TrainingOutcome
{
    public required TrainingRun Run { get; init; }

    /// <summary>The loss of every step, in nats.</summary>
    public required IReadOnlyList<double> StepLosses { get; init; }

    /// <summary>The mean loss of the last epoch's steps, in nats; NaN if training diverged.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of test images that the network reads right after each epoch, from 0 to 1.</summary>
    public required IReadOnlyList<double> EpochAccuracies { get; init; }

    /// <summary>What the network reads in each test image at the end.</summary>
    public required IReadOnlyList<int> Answers { get; init; }

    /// <summary>The share of test images that the network reads right at the end, from 0 to 1.</summary>
    public double Accuracy => EpochAccuracies[^1];

    /// <summary>The median time of a step: forward, backward and update, without the copying of the batch.</summary>
    public required double MicrosecondsPerStep { get; init; }

    /// <summary>The median time of the update alone.</summary>
    public required double MicrosecondsPerUpdate { get; init; }

    /// <summary>See <see cref="WeightsDigest"/>.</summary>
    public required string WeightsSha256 { get; init; }
}
