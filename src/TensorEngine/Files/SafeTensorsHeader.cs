using System.Buffers;
using System.Buffers.Binary;

namespace TensorEngine.Files;

/// <summary>
/// The checked header of a safetensors file: 8 bytes little-endian length N, N bytes of JSON, and the tensors' bytes to the end of
/// the file, without gaps.
/// </summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The largest N that the format allows.</summary>
    public const int MaxLength = 100_000_000;

    // Larger headers are rare; the pool would keep their memory.
    private const int LargestShared = 1 << 20;

    /// <summary>The bytes of N.</summary>
    public const int Prefix = sizeof(ulong);

    /// <summary>The key of the map of texts among the tensors.</summary>
    public const string MetadataKey = "__metadata__";

    private readonly Dictionary<string, StoredTensor> _byName;

    public SafeTensorsHeader(StoredTensor[] tensors, Dictionary<string, StoredTensor> byName, Dictionary<string, string> metadata)
    {
        Tensors = tensors;
        _byName = byName;
        Metadata = metadata;
    }

    /// <summary>The tensors in the order of their bytes.</summary>
    public StoredTensor[] Tensors { get; }

    public Dictionary<string, string> Metadata { get; }

    public IReadOnlyDictionary<string, StoredTensor> ByName => _byName;

    /// <summary>Reads and checks the header. Takes no memory for what the file is too short to hold.</summary>
    public static SafeTensorsHeader Read(FileBytes file, CancellationToken cancellationToken)
    {
        string path = file.Name;
        long fileLength = file.Length;
        if (fileLength < Prefix)
        {
            throw new InvalidFileException(
                path, fileLength, $"The file has {fileLength} bytes; the length of a safetensors header alone takes {Prefix}.");
        }

        Span<byte> prefix = stackalloc byte[Prefix];
        file.Read(prefix, 0);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxLength)
            throw new InvalidFileException(path, 0, $"The header claims {length} bytes; the format allows {MaxLength}.");
        if ((long)length > fileLength - Prefix)
        {
            throw new InvalidFileException(
                path, 0, $"The header claims {length} bytes; the file has {fileLength - Prefix} after the length.");
        }

        bool isShared = length <= LargestShared;
        byte[] memory = isShared ? ArrayPool<byte>.Shared.Rent((int)length) : GC.AllocateUninitializedArray<byte>((int)length);
        try
        {
            Span<byte> header = memory.AsSpan(0, (int)length);
            file.Read(header, Prefix);
            cancellationToken.ThrowIfCancellationRequested();
            return new SafeTensorsHeaderParser(path, header, fileLength).Parse();
        }
        finally
        {
            if (isShared)
                ArrayPool<byte>.Shared.Return(memory);
        }
    }
}
