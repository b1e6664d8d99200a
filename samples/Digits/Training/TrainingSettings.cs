namespace Digits.Training;

/// <summary>What is the same for every optimizer of a comparison.</summary>
public sealed record TrainingSettings
{
    /// <summary>Where all random numbers start from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Passes over the training images, at least 1.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Images per step, at most the training images.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The hidden layers' units.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [100, 100];

    /// <summary>How the weights are drawn.</summary>
    public InitializerChoice Initializer { get; init; } = InitializerChoice.He;
}
