using System.Diagnostics;

namespace TensorEngine;

/// <summary>Elements in a row, divided into parts of equal length, of which the last may be shorter.</summary>
internal readonly struct WorkParts
{
    private readonly long _total;

    /// <summary>Divides elements into parts.</summary>
    /// <param name="total">The number of elements; for none there is one part, which is empty.</param>
    /// <param name="length">The elements of a part; at least 1.</param>
    public WorkParts(long total, long length)
    {
        Debug.Assert(total >= 0 && length > 0, $"{total} elements in parts of {length}.");
        _total = total;
        Length = length;
        Count = length >= total ? 1 : checked((int)((total - 1) / length + 1));
    }

    /// <summary>The number of parts; at least 1.</summary>
    public int Count { get; }

    /// <summary>The elements of every part but the last.</summary>
    public long Length { get; }

    /// <summary>The elements of part number <paramref name="part"/>: the first one and how many.</summary>
    public (int Start, int Length) Of(int part)
    {
        Debug.Assert(part >= 0 && part < Count, $"Part {part} of {Count}.");
        long start = part * Length;
        return ((int)start, (int)Math.Min(Length, _total - start));
    }
}
