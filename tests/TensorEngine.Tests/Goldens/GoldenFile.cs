using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using NUnit.Framework;

namespace TensorEngine.Tests.Goldens;

/// <summary>A recording: a JSON file, and the little-endian arrays whose byte offsets it names, packed.</summary>
public sealed class GoldenFile
{
    private readonly byte[] _content;

    /// <summary>Reads name.json and name.bin.gz.</summary>
    public GoldenFile(string name)
    {
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path + ".json"));
        Root = document.RootElement.Clone();
        _content = new byte[Root.GetProperty("byteLength").GetInt32()];
        using var packed = new GZipStream(File.OpenRead(path + ".bin.gz"), CompressionMode.Decompress);
        packed.ReadExactly(_content);
    }

    public JsonElement Root { get; }

    public T[] Array<T>(JsonElement byteOffset, int length)
        where T : unmanaged => Array<T>(byteOffset.GetInt32(), length);

    public T[] Array<T>(int byteOffset, int length)
        where T : unmanaged
    {
        Assert.That(BitConverter.IsLittleEndian, "The recordings are read in place.");
        return MemoryMarshal.Cast<byte, T>(_content.AsSpan(byteOffset))[..length].ToArray();
    }
}
