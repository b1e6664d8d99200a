using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using NUnit.Framework;

namespace TensorEngine.Tests.Goldens;

/// <summary>
/// What PyTorch and NumPy drew, one call after the other: random.json and random.bin.gz, and the hashes of what a later release of
/// PyTorch drew, random_torch_2_10.json.
/// </summary>
public sealed class RecordedDraws
{
    private readonly byte[] _content;

    private RecordedDraws()
    {
        string folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "random.json")));
        JsonElement root = document.RootElement;
        _content = new byte[root.GetProperty("byteLength").GetInt32()];
        using (var packed = new GZipStream(File.OpenRead(Path.Combine(folder, "random.bin.gz")), CompressionMode.Decompress))
            packed.ReadExactly(_content);
        Torch = [.. root.GetProperty("torch").EnumerateArray().Select(entry => new RecordedSeed(entry.Clone()))];
        using JsonDocument later = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "random_torch_2_10.json")));
        LaterTorch = [.. later.RootElement.GetProperty("torch").EnumerateArray().Select(entry => new RecordedSeed(entry.Clone()))];
        NumPy = [.. root.GetProperty("numpy").EnumerateArray().Select(entry => new RecordedSeed(entry.Clone()))];
    }

    public static RecordedDraws Instance { get; } = new();

    /// <summary>PyTorch 1.13.</summary>
    public RecordedSeed[] Torch { get; }

    /// <summary>PyTorch 2.10.</summary>
    public RecordedSeed[] LaterTorch { get; }

    public RecordedSeed[] NumPy { get; }

    /// <summary>Fails unless the draws are those recorded, or have the hash recorded.</summary>
    internal void AssertSame<T>(ReadOnlySpan<T> actual, JsonElement result, string context)
        where T : unmanaged, IEquatable<T>
    {
        Assert.That(actual.Length, Is.EqualTo(result.GetProperty("length").GetInt32()), context);
        if (result.TryGetProperty("sha256", out JsonElement hash))
        {
            string actualHash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(actual)));
            Assert.That(actualHash, Is.EqualTo(hash.GetString()), context);
            return;
        }

        ReadOnlySpan<T> expected = Values<T>(result);
        // Equality of bits: -0 is not +0.
        int same = MemoryMarshal.AsBytes(actual).CommonPrefixLength(MemoryMarshal.AsBytes(expected)) / Marshal.SizeOf<T>();
        if (same < actual.Length)
            Assert.Fail($"{context}: element {same} of {actual.Length} is {actual[same]}, not {expected[same]}.");
    }

    internal ReadOnlySpan<T> Values<T>(JsonElement result)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(_content.AsSpan(result.GetProperty("offset").GetInt32()))[..result.GetProperty("length").GetInt32()];
}

/// <summary>The calls that followed a seed.</summary>
public sealed class RecordedSeed(JsonElement entry)
{
    /// <summary>The seed: one number or several.</summary>
    public JsonElement Seed => entry.GetProperty("seed");

    public IEnumerable<RecordedCall> Calls => entry.GetProperty("steps").EnumerateArray().Select(step => new RecordedCall(step));

    public override string ToString() => $"{(Seed.ValueKind == JsonValueKind.Array ? $"{Seed.GetArrayLength()} numbers" : Seed)}: {string.Join(", ", Calls.Take(3))}";
}

/// <summary>A call, its arguments and the arrays that it gave.</summary>
public sealed class RecordedCall(JsonElement entry)
{
    public string Name => entry.GetProperty("call").GetString()!;

    public JsonElement[] Results => [.. entry.GetProperty("results").EnumerateArray()];

    public Shape Shape => Shape.Create(Integers("shape"));

    public bool Is(string name) => string.Equals(Name, name, StringComparison.Ordinal);

    public bool Has(string argument) => entry.TryGetProperty(argument, out _);

    public long Whole(string argument, long otherwise = 0) =>
        entry.TryGetProperty(argument, out JsonElement value) ? value.GetInt64() : otherwise;

    public double Number(string argument, double otherwise) =>
        entry.TryGetProperty(argument, out JsonElement value) ? value.GetDouble() : otherwise;

    public bool Flag(string argument, bool otherwise) =>
        entry.TryGetProperty(argument, out JsonElement value) ? value.GetBoolean() : otherwise;

    public int[] Integers(string argument) => [.. entry.GetProperty(argument).EnumerateArray().Select(value => value.GetInt32())];

    public double[] Numbers(string argument) => [.. entry.GetProperty(argument).EnumerateArray().Select(value => value.GetDouble())];

    public override string ToString() => entry.TryGetProperty("length", out JsonElement length) ? $"{Name}({length})" : Name;
}
