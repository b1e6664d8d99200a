using Samples.Shared.Choices;

namespace Digits.Training;

/// <summary>What is the same for every training of a comparison.</summary>
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

    /// <summary>The learning rate; null for the optimizer's usual one.</summary>
    public double? Rate { get; init; }

    /// <summary>The decay of the weights, but not of the biases; null for the optimizer's own default.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>How the learning rate changes.</summary>
    public ScheduleChoice Schedule { get; init; } = ScheduleChoice.All[0];

    /// <summary>For how many steps the learning rate rises first, fewer than the training has.</summary>
    public int WarmUpSteps { get; init; }

    /// <summary>The norm that the gradients together are cut down to; null for no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>In words, what is not as usual; empty if nothing is.</summary>
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

/// <summary>What one training of a comparison is about.</summary>
/// <param name="Name">In tables and charts: what sets it apart from the others.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Initializer">How the weights are drawn.</param>
public sealed record TrainingRun(string Name, OptimizerChoice Optimizer, InitializerChoice Initializer)
{
    /// <summary>A run for each optimizer with each initializer.</summary>
    public static IReadOnlyList<TrainingRun> Of(IReadOnlyList<OptimizerChoice> optimizers, IReadOnlyList<InitializerChoice> initializers)
    {
        ArgumentNullException.ThrowIfNull(optimizers);
        ArgumentNullException.ThrowIfNull(initializers);
        return
        [
            .. from optimizer in optimizers
               from initializer in initializers
               let name = initializers.Count > 1 ? $"{optimizer.Title}, {initializer.Title}" : optimizer.Title
               select new TrainingRun(name, optimizer, initializer),
        ];
    }
}
