using System.Diagnostics;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>
/// Codes of one kind of state, initially 0, followed by the scales, if any. They start at a multiple of 64 bytes, at a place
/// within a page as <see cref="AlignedBuffer"/> has it, and never move.
/// </summary>
internal sealed class CodeBuffer
{
    private const int Page = AlignedBuffer.PageBytes;

    private readonly byte[] _array;
    private readonly int _start;

    /// <summary>Allocates the memory.</summary>
    /// <param name="coding">The coding.</param>
    /// <param name="length">The number of elements, a multiple of <see cref="Codings.Block"/>.</param>
    /// <param name="place">As that of <see cref="AlignedBuffer"/>.</param>
    /// <exception cref="ArgumentException">The codes do not fit in one array.</exception>
    public CodeBuffer(Coding coding, int length, int place)
    {
        Debug.Assert(length % Codings.Block == 0);
        long size = (long)length * coding.Size() + (coding.HasScales() ? length / Codings.Block : 0) + Page;
        if (size > Array.MaxLength)
        {
            throw new ArgumentException(
                $"parameters have {length} elements whose state is compressed; as {coding.Codec()} one optimizer keeps at most "
                + $"{(Array.MaxLength - Page) / coding.Size()}.",
                nameof(length));
        }

        _array = GC.AllocateArray<byte>((int)size, pinned: true);
        (Coding, Length) = (coding, length);
        _start = AlignedBuffer.BytesTo(ref _array[0], place);
    }

    public Coding Coding { get; }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>A reference to the first code.</summary>
    public ref byte Start => ref _array[_start];

    /// <summary>Gets the codes of some elements.</summary>
    public Memory<byte> Codes(int offset, int length) => _array.AsMemory(_start + offset * Coding.Size(), length * Coding.Size());

    /// <summary>Gets the scales of some elements that start at a block; empty if there are none.</summary>
    public Memory<byte> Scales(int offset, int length) =>
        Coding.HasScales()
            ? _array.AsMemory(_start + Length + offset / Codings.Block, Codings.Padded(length) / Codings.Block)
            : Memory<byte>.Empty;

    /// <summary>Decodes some elements that start at a block.</summary>
    public void Decode(int offset, Span<float> destination)
    {
        Span<float> block = stackalloc float[Codings.Block];
        for (int i = 0; i < destination.Length; i += Codings.Block)
        {
            StateCodes.Decode(Coding, ref Start, Length, offset + i, ref block[0], Codings.Block, LaneWidth.Current);
            block[..Math.Min(Codings.Block, destination.Length - i)].CopyTo(destination[i..]);
        }
    }

    /// <summary>
    /// Encodes floats that do not come from a step, dithered as in step 0. They start at a block; the elements after them up to the next
    /// block become 0.
    /// </summary>
    /// <param name="source">The elements.</param>
    /// <param name="offset">The index of the first element.</param>
    /// <param name="state">The number of the state, which the dither depends on.</param>
    public void Encode(ReadOnlySpan<float> source, int offset, int state)
    {
        Span<float> block = stackalloc float[Codings.Block];
        for (int i = 0; i < source.Length; i += Codings.Block)
        {
            ReadOnlySpan<float> part = source.Slice(i, Math.Min(Codings.Block, source.Length - i));
            block.Clear();
            part.CopyTo(block);
            uint dither = Dither.At(i, 0, state);
            StateCodes.Encode(Coding, ref block[0], ref Start, Length, offset + i, Codings.Block, dither, LaneWidth.Current);
        }
    }
}
