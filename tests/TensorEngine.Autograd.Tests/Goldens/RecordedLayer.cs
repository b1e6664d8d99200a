using System.Text.Json;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Autograd.Tests.Goldens;

/// <summary>A layer as PyTorch makes it after manual_seed, from layers.json or transformers.json.</summary>
public sealed class RecordedLayer
{
    private readonly GoldenFile _file;
    private readonly JsonElement _entry;

    private RecordedLayer(GoldenFile file, JsonElement entry) => (_file, _entry) = (file, entry);

    public static IEnumerable<RecordedLayer> All => Files.SelectMany(
        file => file.Root.GetProperty("layers").EnumerateArray().Select(entry => new RecordedLayer(file, entry)));

    /// <summary>The class in torch.nn.</summary>
    public string Kind => _entry.GetProperty("layer").GetString()!;

    public JsonElement Options => _entry.GetProperty("options");

    public ulong Seed => _entry.GetProperty("seed").GetUInt64();

    /// <summary>The state_dict but for the number of batches, which is no float: names, shapes and elements.</summary>
    public IEnumerable<RecordedArray> State =>
        _entry.GetProperty("state").EnumerateArray().Where(entry => entry.GetProperty("type").GetString() is "float32").Select(
            entry => new RecordedArray(_file, entry));

    /// <summary>What the generator gives after the layer.</summary>
    public RecordedArray Following => new(_file, _entry.GetProperty("following"));

    internal static GoldenFile[] Files { get; } = [new("layers"), new("transformers")];

    public override string ToString() => $"{Kind} {Options.GetRawText()}";
}
