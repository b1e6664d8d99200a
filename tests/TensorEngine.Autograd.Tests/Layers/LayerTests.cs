using NUnit.Framework;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Optimizers;

namespace TensorEngine.Autograd.Tests.Layers;

/// <summary>Layers: their parameters' names and shapes, modes, and sparse tables.</summary>
public sealed class LayerTests
{
    [Test]
    public void ParametersHavePyTorchsNames()
    {
        var store = new ParameterStore();
        _ = new Linear(store, "fc1", 4, 3);
        _ = new Linear(store, "head", 3, 2, bias: false);
        _ = new Embedding(store, "table", 5, 4);
        _ = new BatchNorm(store, "bn", 3);
        _ = new LayerNorm(store, "ln", 4);
        _ = new RmsNorm(store, "rms", 4);
        _ = new Convolution1D(store, "conv", 2, 4, kernel: 3, groups: 2);
        string[] expected =
        [
            "fc1.weight [3, 4]", "fc1.bias [3]", "head.weight [2, 3]", "table.weight [5, 4]", "bn.weight [3]", "bn.bias [3]",
            "bn.running_mean [3]", "bn.running_var [3]", "bn.num_batches_tracked []",
            "ln.weight [4]", "ln.bias [4]", "rms.weight [4]", "conv.weight [4, 1, 3]", "conv.bias [4]",
        ];
        Assert.That(store.Parameters.Select(parameter => parameter.ToString()), Is.EqualTo(expected));
        Assert.That(store.Parameters.Count(parameter => !parameter.Trainable), Is.EqualTo(3));
    }

    [Test]
    public void BatchNormNormalizesAndFollowsTheBatches()
    {
        var store = new ParameterStore();
        var norm = new BatchNorm(store, "bn", 2);
        norm.Initialize(new Philox(1));
        var tape = new Tape();
        float[] data = [1, 10, 2, 20, 3, 60];
        float[] output = norm.Apply(tape.Constant(data, [3, 2])).Values.ToArray();
        Assert.That(output[0], Is.EqualTo(-1.2247f).Within(1e-3));
        Assert.That(output[2], Is.EqualTo(0).Within(1e-6));
        Assert.That(norm.RunningMean.Values.ToArray(), Is.EqualTo(new[] { 0.2f, 3 }).Within(1e-6));
        Assert.That(norm.RunningVariance.Values.ToArray(), Is.EqualTo(new[] { 1f, 0.9f + 70 }).Within(1e-4));
        Assert.That(norm.BatchesTracked.Values[0], Is.EqualTo(1));
        tape.Training = false;
        output = norm.Apply(tape.Constant(data, [3, 2])).Values.ToArray();
        Assert.That(output[0], Is.EqualTo(0.8f).Within(1e-4));
        Assert.That(norm.BatchesTracked.Values[0], Is.EqualTo(1));
        Assert.That(() => { tape.Training = true; norm.Apply(tape.Constant([1, 2], [1, 2])); }, Throws.ArgumentException);
    }

    [Test]
    public void DropoutIsTheIdentityInEvaluation()
    {
        var dropout = new Dropout(0.5, new Philox(1));
        var tape = new Tape { Training = false };
        Variable input = tape.Constant(new float[100], [100]);
        Assert.That(dropout.Apply(input), Is.EqualTo(input));
        Assert.That(dropout.Generator.Position, Is.Zero);
        tape.Training = true;
        Variable ones = tape.Constant([.. Enumerable.Repeat(1f, 100)], [100]);
        float[] output = dropout.Apply(ones).Values.ToArray();
        Assert.That(output, Is.All.EqualTo(0f).Or.EqualTo(2f));
        Assert.That(output.Count(value => value == 0), Is.InRange(30, 70));
        Assert.That(dropout.Generator.Position, Is.EqualTo(100));
    }

    [Test]
    public void ATableGivesItsRowsToSparseAdam()
    {
        var store = new ParameterStore();
        var dense = new Embedding(store, "dense", 6, 3);
        var sparse = new Embedding(store, "sparse", 6, 3);
        dense.Initialize(new Philox(1));
        sparse.Initialize(new Philox(1));
        var adam = new SparseAdam([sparse.Weight]);
        sparse.Sparse = adam;
        var tape = new Tape();
        tape.Backward(sparse.Apply(tape, [4, 1, 4]).CrossEntropy([0, 1, 2]));
        tape.Backward(dense.Apply(tape, [4, 1, 4]).CrossEntropy([0, 1, 2]));
        Assert.That(sparse.Weight.Gradients.ToArray(), Is.EqualTo(dense.Weight.Gradients.ToArray()));
        float[] before = sparse.Weight.Values.ToArray();
        adam.Step();
        float[] after = sparse.Weight.Values.ToArray();
        bool[] moved = [.. Enumerable.Range(0, 6).Select(row => after[3 * row] != before[3 * row])];
        Assert.That(moved, Is.EqualTo(new[] { false, true, false, false, true, false }));
        Assert.That(
            () => tape.Input(new float[6], [2, 3]).Embedding([1], null, adam),
            Throws.ArgumentException.With.Message.Contains("is not a parameter"));
    }

    [Test]
    public void ThePaddingsRowStartsAtZeroAndGetsNothing([Values] bool isSparse)
    {
        var store = new ParameterStore();
        var plain = new Embedding(store, "plain", 6, 3);
        var padded = new Embedding(store, "padded", 6, 3, padding: 4);
        plain.Initialize(new Philox(1));
        padded.Initialize(new Philox(1));
        Assert.That(padded.Weight.Values.Slice(12, 3).ToArray(), Is.All.Zero);
        Assert.That(padded.Weight.Values[..12].ToArray(), Is.EqualTo(plain.Weight.Values[..12].ToArray()));
        padded.Sparse = isSparse ? new SparseAdam([padded.Weight]) : null;
        var tape = new Tape();
        tape.Backward(padded.Apply(tape, [4, 1, 4, 5]).CrossEntropy([0, 1, 2, 0]));
        tape.Backward(plain.Apply(tape, [4, 1, 4, 5]).CrossEntropy([0, 1, 2, 0]));
        Assert.That(padded.Weight.Gradients.Slice(12, 3).ToArray(), Is.All.Zero);
        Assert.That(plain.Weight.Gradients.Slice(12, 3).ToArray(), Is.Not.All.Zero);
        Assert.That(padded.Weight.Gradients[..12].ToArray(), Is.EqualTo(plain.Weight.Gradients[..12].ToArray()));
        Assert.That(padded.Weight.Gradients[15..].ToArray(), Is.EqualTo(plain.Weight.Gradients[15..].ToArray()));
        Assert.That(
            () => new Embedding(new ParameterStore(), "e", 6, 3, padding: 6),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("padding is 6; it must be at least 0 and below 6"));
    }

    [Test]
    public void NormsWithoutParametersKnowTheirColumns()
    {
        var store = new ParameterStore();
        var layer = new LayerNorm(store, "ln", 3, affine: false);
        var rms = new RmsNorm(store, "rms", 3, affine: false);
        Assert.That(store, Is.Empty);
        Variable input = new Tape().Constant(new float[8], [2, 4]);
        Assert.That(() => layer.Apply(input), Throws.ArgumentException.With.Message.Contains("[..., 3]"));
        Assert.That(() => rms.Apply(input), Throws.ArgumentException.With.Message.Contains("[..., 3]"));
        Assert.That(() => new LayerNorm(store, "ln", 0, affine: false), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
