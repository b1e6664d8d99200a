using Samples.Shared.Choices;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>An optimizer that sums over all elements in one pass, and moves them in another.</summary>
/// <param name="Name">As it stands in the tables: the type.</param>
/// <param name="ArraysRead">How many arrays the sums need.</param>
/// <param name="States">How many states the move reads and writes.</param>
public sealed record TwoPassWork(string Name, int ArraysRead, int States) : IBytesPerElement
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<TwoPassWork> All { get; } =
    [
        new(nameof(StableAdamW), ArraysRead: 2, States: 2),
        new(nameof(NovoGrad), ArraysRead: 1, States: 1),
        new(nameof(Mars), ArraysRead: 2, States: 3),
        new(nameof(Prodigy), ArraysRead: 4, States: 4),
        new(nameof(DAdaptAdam), ArraysRead: 3, States: 3),
        new(nameof(Dog), ArraysRead: 3, States: 0),
    ];

    /// <summary>What a step has to move: it reads what the sums need, and then p, g and the states, and writes p and the states.</summary>
    public int BytesPerElement => sizeof(float) * (ArraysRead + 3 + 2 * States);

    /// <summary>Makes it, at the rate that the samples use.</summary>
    public Optimizer Make(IEnumerable<Parameter> parameters)
    {
        OptimizerChoice choice = OptimizerChoice.All.First(
            one => string.Equals(one.Factory.Type.Name, Name, StringComparison.Ordinal));
        return choice.Create(parameters, choice.Rate);
    }
}
