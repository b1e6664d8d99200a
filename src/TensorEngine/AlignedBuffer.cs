using System.Runtime.CompilerServices;

namespace TensorEngine;

/// <summary>
/// A buffer of floats, initially 0, that starts at a multiple of 64 bytes and never moves. It is a pinned managed array and needs no
/// Dispose.
/// </summary>
/// <remarks>
/// A buffer's place is its starting offset within a page. Buffers that are read and written together have different places, because a
/// processor may mistake a load whose low address bits equal those of a recent store for a load of the same address, and wait. Without
/// places, steps inside the caches took up to twice as long, in some processes and not in others.
/// </remarks>
internal sealed class AlignedBuffer
{
    /// <summary>
    /// The number of floats in 64 bytes: parameters are padded to a multiple of it, and the ranges of threads start at a multiple of it.
    /// </summary>
    public const int Alignment = 16;

    /// <summary>The number of bytes in a page.</summary>
    public const int PageBytes = 4096;

    /// <summary>The number of bytes from one place to the next: twelve cache lines, so that five places fill a page.</summary>
    public const int PlaceBytes = 12 * Alignment * sizeof(float);

    /// <summary>The largest length; the remainder of the largest array is needed for alignment.</summary>
    public static readonly int MaxLength = Array.MaxLength - Alignment;

    private const int Page = PageBytes / sizeof(float);

    private readonly float[] _array;
    private readonly int _start;

    /// <summary>Allocates the memory.</summary>
    /// <param name="length">The number of floats, at most <see cref="MaxLength"/>.</param>
    /// <param name="place">0 to 4: 0 for values, 1 for gradients, 2 to 4 for the optimizer's state; other buffers may use any.</param>
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

    /// <summary>A reference to the first float, valid even if the length is 0.</summary>
    public ref float Start => ref _array[_start];

    /// <summary>The smallest multiple of <see cref="Alignment"/> that is at least <paramref name="length"/>.</summary>
    public static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    /// <summary>Gets the index at which a place begins in a pinned array that has a page more than is needed.</summary>
    public static unsafe int BytesTo(ref byte first, int place) =>
        (int)((place * PlaceBytes - (nint)Unsafe.AsPointer(ref first)) & (PageBytes - 1));

    private static unsafe int FloatsTo(ref float first, int unit, int offset)
    {
        // The array is pinned for its lifetime, so its address can be looked at.
        nint address = (nint)Unsafe.AsPointer(ref first);
        return (int)((offset - address / sizeof(float)) & (unit - 1));
    }
}
