using TensorEngine.Autograd;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Networks;

/// <summary>A network on the tape and a batch to train it on, for the command <c>networks</c>.</summary>
/// <param name="Name">As in torch_peer.py.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="Pixels">The shape of an image.</param>
/// <param name="Operations">Floating-point operations of a step: those of the products, forward and backward.</param>
/// <param name="Make">Adds the layers to a store, and says how logits come from images.</param>
internal sealed record NetworkStep(
    string Name, int Batch, Shape Pixels, double Operations, Func<ParameterStore, (Layer[] Layers, Func<Variable, Variable> Apply)> Make)
{
    private const int Classes = 10;

    /// <summary>The networks that are measured.</summary>
    public static IReadOnlyList<NetworkStep> All { get; } =
    [
        Perceptron(128, 64, 100, 100, 10),
        Perceptron(128, 784, 512, 512, 10),
        Convolutional(128, 8, 16, 32, 0),
        Convolutional(64, 28, 32, 64, 128),
    ];

    /// <summary>Linear layers with ReLU between them.</summary>
    public static NetworkStep Perceptron(int batch, params int[] sizes)
    {
        double products = sizes.Zip(sizes.Skip(1), (inputs, outputs) => (double)inputs * outputs).Sum();
        double operations = 2.0 * batch * (3 * products - (double)sizes[0] * sizes[1]);
        return new(string.Join('-', sizes), batch, [sizes[0]], operations, MakeLayers);

        (Layer[] Layers, Func<Variable, Variable> Apply) MakeLayers(ParameterStore store)
        {
            Linear[] layers = [.. sizes.Skip(1).Select((size, i) => new Linear(store, $"{2 * i}", sizes[i], size))];
            return (layers, Apply);

            Variable Apply(Variable x)
            {
                foreach (Linear layer in layers.AsSpan(0, layers.Length - 1))
                    x = layer.Apply(x).Relu(inPlace: true);
                return layers[^1].Apply(x);
            }
        }
    }

    /// <summary>Two convolutions of 3 x 3, each with ReLU and pooling by 2, and one linear layer or two.</summary>
    public static NetworkStep Convolutional(int batch, int side, int first, int second, int hidden)
    {
        int features = second * (side / 4) * (side / 4), logits = hidden > 0 ? hidden : Classes;
        double convolutions = side * side * first * 9.0 * 2 + side / 2 * (side / 2) * second * first * 9.0 * 3;
        double linear = 3.0 * ((double)features * logits + (hidden > 0 ? hidden * Classes : 0));
        return new($"CNN {side}x{side}", batch, [1, side, side], 2.0 * batch * (convolutions + linear), MakeLayers);

        (Layer[] Layers, Func<Variable, Variable> Apply) MakeLayers(ParameterStore store)
        {
            var conv1 = new Convolution2D(store, "0", 1, first, kernel: 3, padding: 1);
            var conv2 = new Convolution2D(store, "3", first, second, kernel: 3, padding: 1);
            var linear1 = new Linear(store, "7", features, logits);
            Linear? linear2 = hidden > 0 ? new Linear(store, "9", hidden, Classes) : null;
            return (linear2 is null ? [conv1, conv2, linear1] : [conv1, conv2, linear1, linear2], Apply);

            Variable Apply(Variable x)
            {
                x = conv2.Apply(conv1.Apply(x).Relu(inPlace: true).MaxPool2D(2)).Relu(inPlace: true).MaxPool2D(2).Flatten();
                x = linear1.Apply(x);
                return linear2 is null ? x : linear2.Apply(x.Relu(inPlace: true));
            }
        }
    }

    /// <summary>Forward, backward and Adam on one batch, again and again the same.</summary>
    /// <param name="workers">The threads that share the step, or null to use the calling thread alone.</param>
    /// <param name="steps">Whether Adam steps; otherwise the gradients are found and nothing else.</param>
    public Action MakeStep(Workers? workers, bool steps = true)
    {
        var store = new ParameterStore();
        (Layer[] layers, Func<Variable, Variable> apply) = Make(store);
        Layer.Initialize(new Philox(seed: 1), layers);
        var adam = new Adam(store, new AdamOptions { LearningRate = 1e-6 }) { Workers = workers };
        adam.GradientOptions.Clear = true;
        (float[] images, int[] labels) = Data();
        Shape shape = [Batch, .. Pixels.Lengths];
        var tape = new Tape(workers);
        return () =>
        {
            if (!steps)
                store.ClearGradients();
            tape.Reset();
            tape.Backward(apply(tape.Constant(images, shape)).CrossEntropy(labels));
            if (steps)
                adam.Step();
        };
    }

    /// <summary>The same batch as in torch_peer.py.</summary>
    public (float[] Images, int[] Labels) Data()
    {
        int length = (int)Pixels.ElementCount;
        return (
            [.. Enumerable.Range(0, Batch * length).Select(i => (i * 37 + i / length * 11) % 17 / 16f)],
            [.. Enumerable.Range(0, Batch).Select(i => i % Classes)]);
    }

    public override string ToString() => $"{Name}, batch {Batch}";
}
