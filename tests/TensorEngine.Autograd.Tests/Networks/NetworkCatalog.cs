using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Tests.Networks;

/// <summary>Networks of every kind of layer.</summary>
public static class NetworkCatalog
{
    private static readonly Dictionary<string, IStateful> s_nothing = [];

    public static IEnumerable<NetworkCase> All =>
    [
        new("perceptron", "a10cc296619743f736ee571dcb3f36078d464e272b6639d99f2955c6bba3405d", Perceptron),
        new(
            "perceptron with batch norm and dropout",
            "6087ef71f37c94f3bd644b6f8f17e74f958125669d9c4d390a649a5737fefe47",
            Regularized),
    ];

    private static Network Perceptron(ParameterStore store)
    {
        Linear first = new(store, "fc1", 64, 100), second = new(store, "fc2", 100, 100), last = new(store, "fc3", 100, 10);
        return new([first, second, last], x => last.Apply(second.Apply(first.Apply(x).Relu()).Relu()), s_nothing);
    }

    private static Network Regularized(ParameterStore store)
    {
        Linear first = new(store, "fc1", 64, 70, bias: false), last = new(store, "fc2", 70, 10);
        var norm = new BatchNorm(store, "bn1", 70);
        var dropout = new Dropout(0.3, new Philox(9, 1));
        return new(
            [first, norm, last],
            x => last.Apply(dropout.Apply(norm.Apply(first.Apply(x)).Relu())),
            new Dictionary<string, IStateful>(StringComparer.Ordinal) { ["dropout"] = dropout.Generator });
    }
}
