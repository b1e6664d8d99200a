namespace Transformer.Training;

/// <summary>How a GPT is trained.</summary>
public sealed record TrainingSettings
{
    public required ulong Seed { get; init; }

    public required int Steps { get; init; }

    /// <summary>Sequences per step.</summary>
    public required int Batch { get; init; }

    /// <summary>The largest learning rate; it rises to it over the first steps, and falls to a twentieth until the end.</summary>
    public required double Rate { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int Width { get; init; }

    public required int Threads { get; init; }

    /// <summary>The file that the run is saved to, or null for none.</summary>
    public string? Checkpoint { get; init; }

    public bool Resumes { get; init; }
}
