using System.Runtime.InteropServices;

namespace TensorEngine;

/// <summary>
/// The upper halves of floats, initially 0, that start at a multiple of 64 bytes and never move, at a place within a page as
/// <see cref="AlignedBuffer"/> has it.
/// </summary>
internal sealed class HalfBuffer
{
    /// <summary>Halves in 64 bytes: the unit that parameters are padded to.</summary>
    public const int Alignment = 32;

    /// <summary>The largest length; the rest of the largest array goes to the alignment.</summary>
    public static readonly int MaxLength = (Array.MaxLength - AlignedBuffer.PageBytes) / sizeof(ushort);

    private readonly byte[] _array;
    private readonly int _start;

    /// <summary>Allocates the memory.</summary>
    /// <param name="length">The number of halves, at most <see cref="MaxLength"/>.</param>
    /// <param name="place">As that of <see cref="AlignedBuffer"/>.</param>
    public HalfBuffer(int length, int place = 0)
    {
        _array = GC.AllocateArray<byte>(length * sizeof(ushort) + AlignedBuffer.PageBytes, pinned: true);
        Length = length;
        _start = AlignedBuffer.BytesTo(ref _array[0], place);
    }

    public int Length { get; }

    public Span<ushort> Span => MemoryMarshal.Cast<byte, ushort>(_array.AsSpan(_start, Length * sizeof(ushort)));

    /// <summary>A reference to the first half, also when the length is 0.</summary>
    public ref byte Start => ref _array[_start];

    /// <summary>The bytes of some of them.</summary>
    public Memory<byte> Bytes(int offset, int length) =>
        _array.AsMemory(_start + offset * sizeof(ushort), length * sizeof(ushort));

    /// <summary>The smallest multiple of <see cref="Alignment"/> that is not below <paramref name="length"/>.</summary>
    public static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
