using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Tests.Goldens;
using TensorEngine.Generators;
using TensorEngine.Tests.Support;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>A layer has the parameters of PyTorch's, by name, shape and, after manual_seed, to the bit.</summary>
public sealed class RecordedLayerTests
{
    private static readonly Dictionary<string, Func<ParameterStore, JsonElement, Layer>> s_layers = new(StringComparer.Ordinal)
    {
        ["Linear"] = (store, options) => new Linear(
            store, "layer", Integer(options, "in_features"), Integer(options, "out_features"), Flag(options, "bias", true)),
        ["Embedding"] = (store, options) => new Embedding(
            store,
            "layer",
            Integer(options, "num_embeddings"),
            Integer(options, "embedding_dim"),
            options.TryGetProperty("padding_idx", out JsonElement padding) ? padding.GetInt32() : null),
        ["Conv1d"] = (store, options) => new Convolution1D(
            store,
            "layer",
            Integer(options, "in_channels"),
            Integer(options, "out_channels"),
            Integer(options, "kernel_size"),
            groups: Integer(options, "groups", 1),
            bias: Flag(options, "bias", true)),
        ["Conv2d"] = (store, options) => new Convolution2D(
            store,
            "layer",
            Integer(options, "in_channels"),
            Integer(options, "out_channels"),
            Pair(options, "kernel_size"),
            padding: Integer(options, "padding", 0),
            groups: Integer(options, "groups", 1),
            bias: Flag(options, "bias", true)),
        ["LayerNorm"] = (store, options) => new LayerNorm(
            store,
            "layer",
            Integer(options, "normalized_shape"),
            bias: Flag(options, "bias", true),
            affine: Flag(options, "elementwise_affine", true)),
        ["RMSNorm"] = (store, options) => new RmsNorm(
            store, "layer", Integer(options, "normalized_shape"), affine: Flag(options, "elementwise_affine", true)),
        ["BatchNorm1d"] = BatchNorm,
        ["BatchNorm2d"] = BatchNorm,
        ["MultiheadAttention"] = (store, options) => new MultiHeadAttention(
            store, "layer", Integer(options, "embed_dim"), Integer(options, "num_heads"), Flag(options, "bias", true)),
        ["TransformerEncoderLayer"] = (store, options) => new TransformerBlock(
            store,
            "layer",
            Integer(options, "d_model"),
            Integer(options, "nhead"),
            Integer(options, "dim_feedforward"),
            new TransformerBlockOptions { Bias = Flag(options, "bias", true) }),
    };

    public static IEnumerable<RecordedLayer> Recorded => RecordedLayer.All;

    [TestCaseSource(nameof(Recorded))]
    public void NamesShapesAndValuesAreThoseOfPyTorch(RecordedLayer recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        var store = new ParameterStore();
        Layer layer = s_layers[recorded.Kind](store, recorded.Options);
        var generator = new TorchGenerator(recorded.Seed);
        layer.Initialize(generator);
        foreach (RecordedArray expected in recorded.State)
        {
            Parameter parameter = store[$"layer.{expected.Name}"];
            Assert.That(parameter.Shape.Lengths.ToArray(), Is.EqualTo(expected.Shape), expected.Name);
            Bits.AssertSame(parameter.Values, expected.Floats, $"{expected.Name}");
        }

        string[] others = [.. store.Select(parameter => parameter.Name).Except(
            recorded.State.Select(array => $"layer.{array.Name}"), StringComparer.Ordinal)];
        Assert.That(others, Is.SubsetOf(["layer.num_batches_tracked"]));
        float[] following = new float[3];
        generator.Uniform(following);
        Bits.AssertSame(following, recorded.Following.Floats, $"what the generator gives next");
    }

    private static BatchNorm BatchNorm(ParameterStore store, JsonElement options) =>
        new(store, "layer", Integer(options, "num_features"), affine: Flag(options, "affine", true));

    private static int Integer(JsonElement options, string name) => options.GetProperty(name).GetInt32();

    private static int Integer(JsonElement options, string name, int otherwise) =>
        options.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : otherwise;

    private static (int Height, int Width) Pair(JsonElement options, string name) =>
        options.GetProperty(name) is { ValueKind: JsonValueKind.Array } pair
            ? (pair[0].GetInt32(), pair[1].GetInt32())
            : (Integer(options, name), Integer(options, name));

    private static bool Flag(JsonElement options, string name, bool otherwise) =>
        options.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : otherwise;
}
