using Samples.Shared.Choices;

namespace Distributed;

/// <summary>What the user asked for; the same on every rank.</summary>
internal sealed record JobSettings
{
    public required OptimizerChoice Optimizer { get; init; }

    public required ulong Seed { get; init; }

    public required int Steps { get; init; }

    public required int BatchSize { get; init; }

    public required int BatchLanes { get; init; }

    /// <summary>The neurons of each of the two hidden layers.</summary>
    public required int Hidden { get; init; }

    /// <summary>The threads of each rank.</summary>
    public required int Threads { get; init; }

    public required double Rate { get; init; }

    /// <summary>Null for no limit.</summary>
    public required double? ClipNorm { get; init; }

    /// <summary>Null for none.</summary>
    public required string? Checkpoint { get; init; }

    public required int SaveEvery { get; init; }

    public required bool Resume { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>How many ranks are threads of this process; null for MPI.</summary>
    public required int? Ranks { get; init; }
}
