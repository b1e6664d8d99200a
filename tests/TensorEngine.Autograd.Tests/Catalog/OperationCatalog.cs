using TensorEngine.Autograd.Operations;

namespace TensorEngine.Autograd.Tests.Catalog;

/// <summary>Every operation, with arguments that reach all its paths: a new one is a new row here.</summary>
public static partial class OperationCatalog
{
    public static IEnumerable<OperationCase> All =>
    [
        new("relu", [[7, 33]], x => x[0].Relu()),
        new("linear", [[5, 7], [3, 7], [3]], x => x[0].Linear(x[1], x[2])),
        new("linear without bias", [[2, 3, 4], [5, 4]], x => x[0].Linear(x[1])),
        new("linear, long", [[130, 70], [90, 70], [90]], x => x[0].Linear(x[1], x[2])),
        new("linear, input is weight", [[6, 6]], x => x[0].Linear(x[0])),
        new("cross_entropy", [[5, 4]], x => x[0].CrossEntropy([1, 0, 3, 3, 2])),
    ];
}
