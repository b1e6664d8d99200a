using System.Diagnostics;

namespace TensorEngine;

/// <summary>Consecutive elements, divided into parts of equal length, of which the last may be shorter.</summary>
internal readonly struct WorkParts
{
    private readonly long _total;

    /// <summary>Divides elements into parts.</summary>
    /// <param name="total">The number of elements; if it is 0, there is one empty part.</param>
    /// <param name="length">The number of elements in a part; at least 1.</param>
    public WorkParts(long total, long length)
    {
        Debug.Assert(total >= 0 && length > 0, $"{total} elements in parts of {length}.");
        _total = total;
        Length = length;
        Count = length >= total ? 1 : checked((int)((total - 1) / length + 1));
    }

    /// <summary>The number of parts; at least 1.</summary>
    public int Count { get; }

    /// <summary>The number of elements in every part except the last.</summary>
    public long Length { get; }

    /// <summary>Returns the first element and the number of elements of part <paramref name="part"/>.</summary>
    public (int Start, int Length) Of(int part)
    {
        Debug.Assert(part >= 0 && part < Count, $"Part {part} of {Count}.");
        long start = part * Length;
        return ((int)start, (int)Math.Min(Length, _total - start));
    }
}
