using Engine;
using Engine.Optimizers;
using Samples.Shared.CommandLine;

namespace Digits.Training;

/// <summary>An optimizer with the settings of the comparison, by the name that the command line knows it by.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Title">In tables, charts and files.</param>
/// <param name="Create">Makes the optimizer of a network's parameters.</param>
public sealed record OptimizerChoice(string Name, string Title, Func<ParameterStore, Optimizer> Create)
{
    /// <summary>The four of the book, in its order.</summary>
    public static IReadOnlyList<OptimizerChoice> Default { get; } =
    [
        new("sgd", "SGD", store => new Sgd(store, new SgdOptions { LearningRate = 0.01 })),
        new("momentum", "Momentum", store => new Momentum(store, new MomentumOptions { LearningRate = 0.01, Momentum = 0.9 })),
        new("adagrad", "AdaGrad", store => new AdaGrad(store, new AdaGradOptions { LearningRate = 0.01 })),
        new("adam", "Adam", store => new Adam(store, new AdamOptions { LearningRate = 0.001 })),
    ];

    /// <summary>All that can be asked for.</summary>
    public static IReadOnlyList<OptimizerChoice> All { get; } =
    [
        .. Default,
        new("adamw", "AdamW", store => new AdamW(store, new AdamWOptions { LearningRate = 0.001 })),
    ];

    /// <summary>The names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(choice => choice.Name));

    public override string ToString() => Name;

    /// <summary>The optimizer called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static OptimizerChoice Parse(string name) =>
        All.FirstOrDefault(choice => string.Equals(choice.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw SampleOption.Unusable("--optimizer", name, $"one of {Names}");
}
