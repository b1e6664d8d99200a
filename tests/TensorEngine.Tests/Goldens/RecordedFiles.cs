using System.Text.Json;

namespace TensorEngine.Tests.Goldens;

/// <summary>An array of a recorded file: its elements as the file has them, where it says them, and as floats, where they are read so.</summary>
public sealed record RecordedTensor(string Name, string Type, long[] Lengths, byte[] Content, float[]? Floats);

/// <summary>A recorded file, byte for byte, and what is in it.</summary>
public sealed record RecordedFile(
    string Name, byte[] Bytes, IReadOnlyList<RecordedTensor> Tensors, IReadOnlyDictionary<string, string> Metadata, bool IsSaved)
{
    public override string ToString() => Name;
}

/// <summary>Files in the formats of safetensors and NumPy that the library did not write.</summary>
public static class RecordedFiles
{
    private static readonly GoldenFile s_file = new("files");

    public static IEnumerable<RecordedFile> SafeTensors => Read("safetensors", entry => entry.GetProperty("tensors").EnumerateArray());

    public static IEnumerable<RecordedFile> Npy => Read("npy", entry => [entry]);

    public static IEnumerable<RecordedFile> SavedNpy => Npy.Where(file => file.IsSaved);

    public static IEnumerable<RecordedFile> Npz => Read("npz", entry => entry.GetProperty("arrays").EnumerateArray());

    private static IEnumerable<RecordedFile> Read(string format, Func<JsonElement, IEnumerable<JsonElement>> tensors) =>
        s_file.Root.GetProperty(format).EnumerateArray().Select(entry => new RecordedFile(
            entry.GetProperty("name").GetString()!,
            Elements<byte>(entry.GetProperty("file")),
            [.. tensors(entry).Select(ReadTensor)],
            entry.TryGetProperty("metadata", out JsonElement metadata)
                ? metadata.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!, StringComparer.Ordinal)
                : [],
            entry.TryGetProperty("isSaved", out JsonElement isSaved) && isSaved.GetBoolean()));

    private static RecordedTensor ReadTensor(JsonElement entry) => new(
        entry.GetProperty("name").GetString()!,
        entry.TryGetProperty("dtype", out JsonElement type) ? type.GetString()! : "",
        [.. entry.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())],
        entry.TryGetProperty("content", out JsonElement content) ? Elements<byte>(content) : [],
        entry.TryGetProperty("floats", out JsonElement floats) ? Elements<float>(floats) : null);

    private static T[] Elements<T>(JsonElement place)
        where T : unmanaged =>
        s_file.Array<T>(place.GetProperty("offset"), place.GetProperty("length").GetInt32());
}
