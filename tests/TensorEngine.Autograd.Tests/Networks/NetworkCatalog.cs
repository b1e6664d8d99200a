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
        new("convolutions", "5d7e0c78371859e384272291d37e5167d26f3934bc1a921e3f031326b8620cae", Convolutional),
    ];

    private static Network Convolutional(ParameterStore store)
    {
        Convolution2D first = new(store, "conv1", 1, 8, kernel: 3, padding: 1), second = new(store, "conv2", 8, 12, kernel: 3, padding: 1);
        var last = new Linear(store, "fc", 48, 10);
        return new([first, second, last], Apply, s_nothing);

        Variable Apply(Variable x)
        {
            x = first.Apply(x.Reshape([x.Shape[0], 1, 8, 8])).Relu().MaxPool2D(2);
            return last.Apply(second.Apply(x).Relu().MaxPool2D(2).Flatten());
        }
    }

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
