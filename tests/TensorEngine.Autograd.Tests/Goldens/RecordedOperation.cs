using System.Text.Json;
using TensorEngine.Generators;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Autograd.Tests.Goldens;

/// <summary>One call of an operation in PyTorch, from operations.json or attentions.json: what it was given, what it gave.</summary>
public sealed class RecordedOperation
{
    private static readonly GoldenFile[] s_files = [new("operations"), new("attentions")];
    private readonly GoldenFile _file;
    private readonly JsonElement _entry;

    private RecordedOperation(GoldenFile file, JsonElement entry) => (_file, _entry) = (file, entry);

    public static IEnumerable<RecordedOperation> All => s_files.SelectMany(
        file => file.Root.GetProperty("cases").EnumerateArray().Select(entry => new RecordedOperation(file, entry)));

    public string Operation => _entry.GetProperty("operation").GetString()!;

    /// <summary>What the operation was given beside tensors, or undefined.</summary>
    public JsonElement Options => _entry.TryGetProperty("options", out JsonElement options) ? options : default;

    public IEnumerable<string> InputNames =>
        _entry.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString()!);

    public IEnumerable<RecordedTensor> Outputs =>
        _entry.GetProperty("outputs").EnumerateArray().Select(output => new RecordedTensor(_file, output));

    public IEnumerable<RecordedTensor> Gradients =>
        _entry.GetProperty("gradients").EnumerateArray().Select(gradient => new RecordedTensor(_file, gradient));

    public bool Has(string input) => InputNames.Contains(input, StringComparer.Ordinal);

    public int[] ShapeOf(string input) => [.. Input(input).GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];

    /// <summary>An input of floats: drawn as the recording drew it, or as it was recorded.</summary>
    public float[] FloatsOf(string input)
    {
        JsonElement entry = Input(input);
        int length = LengthOf(input);
        if (entry.TryGetProperty("offset", out JsonElement offset))
            return _file.Array<float>(offset, length);
        float[] values = new float[length];
        double mean = entry.TryGetProperty("mean", out JsonElement given) ? given.GetDouble() : 0;
        double deviation = entry.TryGetProperty("deviation", out given) ? given.GetDouble() : 1;
        new TorchGenerator(entry.GetProperty("seed").GetUInt64()).Normal(values, mean, deviation);
        return values;
    }

    public int[] IntegersOf(string input) => _file.Array<int>(Input(input).GetProperty("offset"), LengthOf(input));

    /// <summary>The gradient of the output that the gradients are for.</summary>
    public float[] Upstream(int length)
    {
        float[] values = new float[length];
        new TorchGenerator(_entry.GetProperty("upstream").GetUInt64()).Normal(values, 0, 1);
        return values;
    }

    public override string ToString() => _entry.GetProperty("name").GetString()!;

    private int LengthOf(string input) => ShapeOf(input).Aggregate(1, (product, length) => product * length);

    private JsonElement Input(string name) => _entry.GetProperty("inputs").EnumerateArray().First(
        input => string.Equals(input.GetProperty("name").GetString(), name, StringComparison.Ordinal));
}
