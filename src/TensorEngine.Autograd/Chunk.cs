using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TensorEngine.Autograd;

/// <summary>A buffer of floats that starts at a multiple of 64 bytes and never moves. It is a pinned array and needs no Dispose.</summary>
internal sealed class Chunk
{
    /// <summary>The number of floats in 64 bytes: every block starts at a multiple of it.</summary>
    public const int Alignment = 16;

    /// <summary>The largest length.</summary>
    public static readonly int MaxLength = (Array.MaxLength - Alignment) / Alignment * Alignment;

    private readonly float[] _array;
    private readonly int _start;

    public Chunk(int length)
    {
        Debug.Assert(length % Alignment == 0, $"{length} is no multiple of {Alignment}.");
        Length = length;
        _array = GC.AllocateUninitializedArray<float>(length + Alignment, pinned: true);
        _start = FloatsToAlignment(ref _array[0]);
    }

    public int Length { get; }

    /// <summary>The smallest multiple of <see cref="Alignment"/> that is at least a length.</summary>
    public static int Padded(int length)
    {
        if (length > MaxLength)
        {
            throw new InvalidOperationException(
                $"An operation needs {length} floats in one buffer; the maximum is {MaxLength}. Use fewer rows at a time.");
        }

        return (length + Alignment - 1) / Alignment * Alignment;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> Span(int start, int length) => _array.AsSpan(_start + start, length);

    private static unsafe int FloatsToAlignment(ref float first)
    {
        // The array is pinned for its lifetime, so its address can be looked at.
        nint address = (nint)Unsafe.AsPointer(ref first);
        return (int)(-(address / sizeof(float)) & (Alignment - 1));
    }
}
