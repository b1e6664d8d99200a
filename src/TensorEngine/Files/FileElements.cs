using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Files;

/// <summary>Writes elements as the little-endian bytes that all the formats have.</summary>
internal static class FileElements
{
    public static void Write<T>(Stream file, ReadOnlySpan<T> elements, Transfer transfer)
        where T : unmanaged
    {
        while (!elements.IsEmpty)
        {
            ReadOnlySpan<T> part = elements[..Math.Min(elements.Length, Transfer.Chunk / Unsafe.SizeOf<T>())];
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(part);
            if (BitConverter.IsLittleEndian)
                file.Write(bytes);
            else
                WriteReversed(file, bytes, Unsafe.SizeOf<T>());
            elements = elements[part.Length..];
            transfer.Advance(bytes.Length);
        }
    }

    /// <summary>Writes elements with their bytes the other way round, some at a time.</summary>
    internal static void WriteReversed(Stream file, ReadOnlySpan<byte> bytes, int size)
    {
        Span<byte> chunk = stackalloc byte[4096];
        while (!bytes.IsEmpty)
        {
            Span<byte> part = chunk[..Math.Min(chunk.Length, bytes.Length)];
            bytes[..part.Length].CopyTo(part);
            ElementConversion.ReverseBytes(part, size);
            file.Write(part);
            bytes = bytes[part.Length..];
        }
    }
}
