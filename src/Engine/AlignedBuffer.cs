using System.Runtime.CompilerServices;

namespace Engine;

/// <summary>
/// Floats, initially 0, that start at a multiple of 64 bytes and never move: a pinned managed array, so nothing needs Dispose.
/// </summary>
internal sealed class AlignedBuffer
{
    /// <summary>Floats in 64 bytes: the unit that parameters are padded to and that threads' ranges start at.</summary>
    public const int Alignment = 16;

    /// <summary>The largest length; the rest of the largest array goes to the alignment.</summary>
    public static readonly int MaxLength = Array.MaxLength - Alignment;

    private readonly float[] _array;
    private readonly int _start;

    public AlignedBuffer(int length)
    {
        _array = GC.AllocateArray<float>(length + Alignment, pinned: true);
        Length = length;
        _start = FloatsToAlignment(ref _array[0]);
    }

    public int Length { get; }

    public Span<float> Span => _array.AsSpan(_start, Length);

    public Memory<float> Memory => _array.AsMemory(_start, Length);

    /// <summary>A reference to the first float, also when the length is 0.</summary>
    public ref float Start => ref _array[_start];

    /// <summary>The smallest multiple of <see cref="Alignment"/> that is not below <paramref name="length"/>.</summary>
    public static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static unsafe int FloatsToAlignment(ref float first)
    {
        // The array is pinned for its lifetime, so its address can be looked at.
        nint address = (nint)Unsafe.AsPointer(ref first);
        return (int)(-address / sizeof(float) & (Alignment - 1));
    }
}
