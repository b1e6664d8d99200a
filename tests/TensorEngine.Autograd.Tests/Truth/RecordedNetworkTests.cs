using NUnit.Framework;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Autograd.Tests.Goldens;
using TensorEngine.Checkpoints;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>A state_dict of PyTorch loads by name into the same network, which then gives PyTorch's outputs.</summary>
public sealed class RecordedNetworkTests
{
    [Test]
    public void ANetworkOfConvolutionsGivesPyTorchsOutputs()
    {
        var recorded = RecordedNetwork.Of("images");
        var store = new ParameterStore();
        var conv1 = new Convolution2D(store, "conv1", 3, 8, 3, padding: 1);
        var norm1 = new BatchNorm(store, "norm1", 8);
        var conv2 = new Convolution2D(store, "conv2", 8, 6, 3, stride: 2, groups: 2);
        var norm2 = new BatchNorm(store, "norm2", 6, momentum: 0.2, epsilon: 1e-3);
        var output = new Linear(store, "output", 6 * 4, 5);
        Assert.That(Checkpoint.LoadValues(recorded.Path, store).IsExactMatch);

        var tape = new Tape { Training = false };
        AssertClose(Apply(), recorded.Evaluated.Double);
        tape.Reset();
        tape.Training = true;
        AssertClose(Apply(), [.. recorded.Trained.Select(value => (double)value)]);
        foreach (RecordedArray state in recorded.StatesAfterTraining)
        {
            if (state.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
                Assert.That(store[state.Name].Values[0], Is.EqualTo(state.Longs[0]), state.Name);
            else
                AssertClose(store[state.Name].Values, [.. state.Floats.Select(value => (double)value)]);
        }

        ReadOnlySpan<float> Apply()
        {
            Variable images = tape.Constant(recorded.Input.Floats, [.. recorded.Input.Shape]);
            Variable hidden = norm1.Apply(conv1.Apply(images)).Relu().MaxPool2D(2);
            return output.Apply(norm2.Apply(conv2.Apply(hidden)).Gelu().Flatten()).Values;
        }
    }

    [Test]
    public void ANetworkOfTokensGivesPyTorchsOutputs()
    {
        var recorded = RecordedNetwork.Of("tokens");
        var store = new ParameterStore();
        var embedding = new Embedding(store, "embedding", 11, 6);
        (LayerNorm Norm, Linear In, Linear Out)[] blocks = [.. Enumerable.Range(0, 2).Select(i => (
            new LayerNorm(store, $"blocks.{i}.0", 6),
            new Linear(store, $"blocks.{i}.1", 6, 12),
            new Linear(store, $"blocks.{i}.3", 12, 6)))];
        var neighbours = new Convolution1D(store, "neighbours", 6, 4, 3, padding: 1);
        var norm = new RmsNorm(store, "norm", 4, epsilon: 1e-6);
        var output = new Linear(store, "output", 4, 11, bias: false);
        Assert.That(Checkpoint.LoadValues(recorded.Path, store).IsExactMatch);

        var tape = new Tape { Training = false };
        Variable hidden = embedding.Apply(tape, recorded.Input.Integers, [.. recorded.Input.Shape]);
        foreach ((LayerNorm before, Linear first, Linear second) in blocks)
            hidden += second.Apply(first.Apply(before.Apply(hidden)).GeluTanh());
        hidden = norm.Apply(neighbours.Apply(hidden.Transpose(1, 2)).Transpose(1, 2));
        AssertClose(output.Apply(hidden).Values, recorded.Evaluated.Double);
    }

    /// <summary>Within 2e-6 of the largest output, a few roundings of numbers of that size.</summary>
    private static void AssertClose(ReadOnlySpan<float> actual, double[] expected)
    {
        double bound = 2e-6 * expected.Max(Math.Abs);
        Assert.That(actual.Length, Is.EqualTo(expected.Length));
        for (int i = 0; i < expected.Length; i++)
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(bound), $"element {i}");
    }
}
