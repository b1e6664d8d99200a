using System.Runtime.CompilerServices;

namespace TensorEngine;

/// <summary>
/// Floats, initially 0, that start at a multiple of 64 bytes and never move: a pinned managed array, so nothing needs Dispose.
/// </summary>
/// <remarks>
/// Where within a page a buffer starts is its place: buffers that are read and written together have places of their own. A load
/// with the low address bits of a store made shortly before may be taken by the processor for the same address, and wait: steps
/// inside the caches took up to twice as long, in some processes and not in others.
/// </remarks>
internal sealed class AlignedBuffer
{
    /// <summary>Floats in 64 bytes: the unit that parameters are padded to and that threads' ranges start at.</summary>
    public const int Alignment = 16;

    /// <summary>Bytes of a page.</summary>
    public const int PageBytes = 4096;

    /// <summary>Bytes from one place to the next: twelve cache lines, so that five places fill a page.</summary>
    public const int PlaceBytes = 12 * Alignment * sizeof(float);

    /// <summary>The largest length; the rest of the largest array goes to the alignment.</summary>
    public static readonly int MaxLength = Array.MaxLength - Alignment;

    private const int Page = PageBytes / sizeof(float);

    private readonly float[] _array;
    private readonly int _start;

    /// <summary>Takes the memory.</summary>
    /// <param name="length">The number of floats, at most <see cref="MaxLength"/>.</param>
    /// <param name="place">0 to 4: 0 for values, 1 for gradients, then the optimizer's state; others as they like.</param>
    public AlignedBuffer(int length, int place = 0)
    {
        // A page would be much for a short buffer, and too much for the longest.
        bool hasPlace = length >= Page && length <= Array.MaxLength - Page;
        _array = GC.AllocateArray<float>(length + (hasPlace ? Page : Alignment), pinned: true);
        Length = length;
        _start = hasPlace ? FloatsTo(ref _array[0], Page, place * (PlaceBytes / sizeof(float))) : FloatsTo(ref _array[0], Alignment, 0);
    }

    public int Length { get; }

    public Span<float> Span => _array.AsSpan(_start, Length);

    public Memory<float> Memory => _array.AsMemory(_start, Length);

    /// <summary>A reference to the first float, also when the length is 0.</summary>
    public ref float Start => ref _array[_start];

    /// <summary>The smallest multiple of <see cref="Alignment"/> that is not below <paramref name="length"/>.</summary>
    public static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static unsafe int FloatsTo(ref float first, int unit, int offset)
    {
        // The array is pinned for its lifetime, so its address can be looked at.
        nint address = (nint)Unsafe.AsPointer(ref first);
        return (int)((offset - address / sizeof(float)) & (unit - 1));
    }
}
