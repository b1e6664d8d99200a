using NUnit.Framework;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Autograd.Tests.Goldens;
using TensorEngine.Checkpoints;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>A state_dict of PyTorch's transformer layers loads by name, and gives PyTorch's outputs.</summary>
public sealed class RecordedTransformerTests
{
    [Test]
    public void ADecoderGivesPyTorchsOutputs()
    {
        var recorded = RecordedNetwork.Of("transformer");
        var store = new ParameterStore();
        Embedding tokens = new(store, "tokens", 11, 8), positions = new(store, "positions", 9, 8);
        var first = new TransformerBlock(
            store, "first", 8, 2, 16, new TransformerBlockOptions { NormFirst = true, Activation = TransformerActivation.Gelu });
        var second = new TransformerBlock(store, "second", 8, 4, 12);
        var cross = new MultiHeadAttention(store, "cross", 8, 2);
        var norm = new LayerNorm(store, "norm", 8);
        LoadReport report = Checkpoint.LoadValues(recorded.Path, store);
        Assert.That(report.IsExactMatch, report.ToString());

        var tape = new Tape { Training = false };
        int[] shape = recorded.Input.Shape;
        Variable x = tokens.Apply(tape, recorded.Input.Integers, [.. shape]);
        x = x.Add(positions.Apply(tape, [.. Enumerable.Range(0, shape[1])]));
        x = second.Apply(first.Apply(x, causal: true));
        x += cross.Apply(x, x.Slice(1, 0, 3), x.Slice(1, 1, 3));
        ReadOnlySpan<float> logits = tokens.Logits(norm.Apply(x)).Values;

        double[] expected = recorded.Evaluated.Double;
        double bound = 2e-6 * expected.Max(Math.Abs);
        Assert.That(logits.Length, Is.EqualTo(expected.Length));
        for (int i = 0; i < expected.Length; i++)
            Assert.That(logits[i], Is.EqualTo(expected[i]).Within(bound), $"element {i}");
    }
}
