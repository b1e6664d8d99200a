namespace Digits.Training;

/// <summary>What came of training with one optimizer.</summary>
public sealed record TrainingOutcome
{
    public required OptimizerChoice Optimizer { get; init; }

    /// <summary>The loss of every step, in nats.</summary>
    public required IReadOnlyList<double> StepLosses { get; init; }

    /// <summary>The mean loss of the last epoch's steps, in nats; NaN if training diverged.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of test images that the network reads right, from 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The median time of a step: forward, backward and update, without the copying of the batch.</summary>
    public required double MicrosecondsPerStep { get; init; }

    /// <summary>The median time of the update alone.</summary>
    public required double MicrosecondsPerUpdate { get; init; }

    /// <summary>See <see cref="WeightsDigest"/>.</summary>
    public required string WeightsSha256 { get; init; }
}
