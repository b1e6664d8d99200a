using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Files;

/// <summary>Reads the elements of tensors, some at a time, into memory of the caller's: all of them, or those from one on.</summary>
internal sealed class TensorReader(FileBytes bytes)
{
    private const int ConversionChunk = 64 << 10;

    private byte[]? _unconverted;

    /// <summary>Reads little-endian elements as they are.</summary>
    public void Read<T>(StoredTensor tensor, Span<T> destination, Transfer? transfer, long start = 0)
        where T : unmanaged
    {
        long offset = tensor.Offset + start * Unsafe.SizeOf<T>();
        while (!destination.IsEmpty)
        {
            Span<T> part = destination[..Math.Min(destination.Length, Transfer.Chunk / Unsafe.SizeOf<T>())];
            Span<byte> read = MemoryMarshal.AsBytes(part);
            bytes.Read(read, offset);
            if (!BitConverter.IsLittleEndian)
                ElementConversion.ReverseBytes(read, Unsafe.SizeOf<T>());
            offset += read.Length;
            destination = destination[part.Length..];
            transfer?.Advance(read.Length);
        }
    }

    /// <summary>Reads elements of another type as floats.</summary>
    public void Convert(StoredTensor tensor, Span<float> destination, Transfer? transfer, long start = 0)
    {
        int size = tensor.Type.Bits() / 8;
        long offset = tensor.Offset + start * size;
        _unconverted ??= GC.AllocateUninitializedArray<byte>(ConversionChunk);
        while (!destination.IsEmpty)
        {
            Span<float> part = destination[..Math.Min(destination.Length, ConversionChunk / size)];
            Span<byte> read = _unconverted.AsSpan(0, part.Length * size);
            bytes.Read(read, offset);
            ElementConversion.ToFloats(tensor.Type, read, littleEndian: true, part);
            offset += read.Length;
            destination = destination[part.Length..];
            transfer?.Advance(read.Length);
        }
    }
}
