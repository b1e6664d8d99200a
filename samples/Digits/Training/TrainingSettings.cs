using Samples.Shared.Choices;

namespace Digits.Training;

/// <summary>What is the same for every run of a comparison.</summary>
public sealed record TrainingSettings
{
    /// <summary>The random seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Passes over the training images, at least 1.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Images per step, at most the training images.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The kind of network.</summary>
    public NetworkKind Network { get; init; }

    /// <summary>The hidden layers' units of a perceptron.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [100, 100];

    /// <summary>The learning rate; null for the optimizer's usual one.</summary>
    public double? Rate { get; init; }

    /// <summary>The decay of the weights, but not of the biases; null for the optimizer's own default.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>How the learning rate changes.</summary>
    public ScheduleChoice Schedule { get; init; } = ScheduleChoice.All[0];

    /// <summary>Over how many steps the learning rate first rises; fewer than the run has.</summary>
    public int WarmUpSteps { get; init; }

    /// <summary>The limit of the global gradient norm; null for none.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>After how many epochs a run is saved, if it has a file; 0 for only at its end.</summary>
    public int SaveEvery { get; init; }

    /// <summary>Whether a run is resumed from its file.</summary>
    public bool Resumes { get; init; }

    /// <summary>The number of threads; the results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>In words, the settings that differ from the defaults; empty if none does.</summary>
    public string Extras
    {
        get
        {
            List<string> extras = [];
            if (Rate is { } rate)
                extras.Add(FormattableString.Invariant($"learning rate {rate}"));
            if (Schedule != ScheduleChoice.All[0])
                extras.Add($"{Schedule} schedule");
            if (WarmUpSteps > 0)
                extras.Add(FormattableString.Invariant($"{WarmUpSteps} steps of warm-up"));
            if (WeightDecay is { } decay)
                extras.Add(FormattableString.Invariant($"weight decay {decay}"));
            if (ClipNorm is { } norm)
                extras.Add(FormattableString.Invariant($"gradient norm at most {norm}"));
            return string.Join(", ", extras);
        }
    }
}

/// <summary>One run of a comparison.</summary>
/// <param name="Name">In tables and charts: what sets it apart from the others.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Initializer">How the weights are drawn.</param>
public sealed record TrainingRun(string Name, OptimizerChoice Optimizer, InitializerChoice Initializer)
{
    /// <summary>The file that the run is saved to; null for none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>A run for each optimizer with each initializer.</summary>
    /// <param name="optimizers">The optimizers.</param>
    /// <param name="initializers">The initializers.</param>
    /// <param name="checkpoint">Where to save; with several runs the name of each goes in front of the extension. Null for nowhere.</param>
    public static IReadOnlyList<TrainingRun> Of(
        IReadOnlyList<OptimizerChoice> optimizers, IReadOnlyList<InitializerChoice> initializers, string? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(optimizers);
        ArgumentNullException.ThrowIfNull(initializers);
        return
        [
            .. from optimizer in optimizers
               from initializer in initializers
               let name = initializers.Count > 1 ? $"{optimizer.Title}, {initializer.Title}" : optimizer.Title
               select new TrainingRun(name, optimizer, initializer)
               {
                   Checkpoint = checkpoint is null || optimizers.Count * initializers.Count == 1
                       ? checkpoint
                       : Path.ChangeExtension(checkpoint, $"{optimizer.Name}-{initializer.Name}{Path.GetExtension(checkpoint)}"),
               },
        ];
    }
}
