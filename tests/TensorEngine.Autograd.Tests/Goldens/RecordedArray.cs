using System.Text.Json;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Autograd.Tests.Goldens;

/// <summary>A named array of layers.json or transformers.json.</summary>
public sealed class RecordedArray(GoldenFile file, JsonElement entry)
{
    public string Name => entry.GetProperty("name").GetString()!;

    public int[] Shape => [.. entry.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];

    public float[] Floats => Elements<float>();

    public double[] Doubles => Elements<double>();

    public int[] Integers => Elements<int>();

    public long[] Longs => Elements<long>();

    private T[] Elements<T>()
        where T : unmanaged =>
        file.Array<T>(entry.GetProperty("offset"), Shape.Aggregate(1, (product, length) => product * length));
}
