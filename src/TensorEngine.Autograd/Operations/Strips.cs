using System.Numerics.Tensors;

namespace TensorEngine.Autograd.Operations;

/// <summary>Rows of a buffer, each with a strip that is copied or added.</summary>
/// <param name="Stride">The length of a row.</param>
/// <param name="Start">The start of the strip in every row.</param>
internal readonly record struct StripRows(int Stride, int Start);

/// <summary>Specifies what happens to a destination's strips and to the elements next to them.</summary>
internal enum StripMode
{
    /// <summary>The strips are overwritten; the elements next to them stay unchanged.</summary>
    Copy,

    /// <summary>The strips are overwritten, and the elements next to them become 0.</summary>
    CopyIntoZeros,

    /// <summary>Values are added to the strips.</summary>
    Add,
}

/// <summary>
/// Copies strips of one buffer's rows to those of another, as slices and concatenations need: threads share ranges of the destination,
/// however long its rows are.
/// </summary>
internal readonly ref struct Strips : IWork
{
    private const int PartElements = 1 << 12;

    // About what an element takes in the caches.
    private const double NanosecondsPerElement = 0.1;

    private readonly ReadOnlySpan<float> _source;
    private readonly Span<float> _destination;
    private readonly StripRows _from;
    private readonly StripRows _to;
    private readonly int _length;
    private readonly StripMode _mode;

    private Strips(ReadOnlySpan<float> source, StripRows from, Span<float> destination, StripRows to, int length, StripMode mode)
    {
        _source = source;
        _from = from;
        _destination = destination;
        _to = to;
        _length = length;
        _mode = mode;
    }

    /// <summary>Copies the strips of all rows; strips have the same length, and both buffers the same number of rows.</summary>
    public static void Run(
        ReadOnlySpan<float> source, StripRows from, Span<float> destination, StripRows to, int length, StripMode mode, Workers? workers)
    {
        var strips = new Strips(source, from, destination, to, length, mode);
        int parts = (destination.Length + PartElements - 1) / PartElements;
        Repeated.Share(workers, parts, in strips, PartElements * NanosecondsPerElement);
    }

    public void Run(int part)
    {
        int end = Math.Min(_destination.Length, (part + 1) * PartElements);
        for (int at = part * PartElements; at < end;)
        {
            int row = at / _to.Stride, rowStart = row * _to.Stride, rowEnd = (int)Math.Min(end, (long)rowStart + _to.Stride);
            // What of the strip is in this part; nothing lies before or behind it if that is empty.
            int start = Math.Clamp(rowStart + _to.Start, at, rowEnd), stop = Math.Clamp(rowStart + _to.Start + _length, start, rowEnd);
            if (_mode == StripMode.CopyIntoZeros)
            {
                _destination[at..start].Clear();
                _destination[stop..rowEnd].Clear();
            }

            if (start < stop)
            {
                int place = row * _from.Stride + _from.Start + (start - rowStart - _to.Start);
                ReadOnlySpan<float> strip = _source.Slice(place, stop - start);
                Span<float> to = _destination[start..stop];
                if (_mode == StripMode.Add)
                    TensorPrimitives.Add(to, strip, to);
                else
                    strip.CopyTo(to);
            }

            at = rowEnd;
        }
    }
}
