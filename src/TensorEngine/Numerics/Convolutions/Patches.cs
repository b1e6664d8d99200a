using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// Lays the patches of images out as a matrix: a row for every place of the window in every channel, a column for every patch. A
/// convolution is the product of its weights with it.
/// </summary>
/// <param name="vertical">How patches are taken along the height.</param>
/// <param name="horizontal">How they are along the width.</param>
internal readonly struct Patches(PatchAxis vertical, PatchAxis horizontal)
{
    // Rows are written in whole registers: what one writes too much, the next one overwrites, and the last one has this much behind it.
    private const int Slack = 16;

    // Channels of so many floats together are laid out before they are read.
    private const int PlaneFloats = 4 * 1024;

    // More places than any usual window has take memory from the heap.
    private const int MostPlaces = 1024;

    // A channel with its padding lies apart by phases of the stride, so that the places that a window takes lie side by side.
    private readonly int _phaseLength = (horizontal.Reach(horizontal.Output) + horizontal.Stride - 1) / horizontal.Stride;

    public PatchAxis Vertical => vertical;

    public PatchAxis Horizontal => horizontal;

    /// <summary>The places of the window: the matrix's rows for every channel.</summary>
    public int Window => vertical.Kernel * horizontal.Kernel;

    private int PlaneLength(int rows) => vertical.Reach(rows) * RowLength + Slack;

    private int RowLength => _phaseLength * horizontal.Stride;

    /// <summary>The distance of the matrix's rows, given its columns.</summary>
    public static int RowStride(int columns)
    {
        int stride = (columns + AlignedBuffer.Alignment - 1) / AlignedBuffer.Alignment * AlignedBuffer.Alignment + Slack;
        // Rows a power of two apart would all want the same places of the cache.
        return stride % 256 == 0 ? stride + Slack : stride;
    }

    /// <summary>How many floats <see cref="Write"/> wants for channels with their padding, given the rows of patches.</summary>
    public int ScratchLength(int rows) => Math.Max(PlaneFloats, PlaneLength(rows));

    /// <summary>Writes the patches of some channels of some images.</summary>
    /// <param name="images">The first channel of the first image.</param>
    /// <param name="imageStride">From an image to the next.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="channels">How many channels, one after the other.</param>
    /// <param name="row">The first row of patches.</param>
    /// <param name="rows">How many rows of patches.</param>
    /// <param name="target">The matrix.</param>
    /// <param name="targetStride">From a row of it to the next: <see cref="RowStride"/>.</param>
    /// <param name="plane">Memory for <see cref="ScratchLength"/> floats.</param>
    public void Write<TFloat>(
        ref float images,
        nint imageStride,
        int count,
        int channels,
        int row,
        int rows,
        ref float target,
        nint targetStride,
        ref float plane)
        where TFloat : struct, ITileLane<TFloat>
    {
        Debug.Assert(row >= 0 && rows > 0 && row + rows <= vertical.Output, $"{rows} rows of patches from {row} on of {vertical.Output}.");
        nint columns = (nint)rows * horizontal.Output;
        // Where in the plane each place of the window has its first patch.
        Span<int> places = Window <= MostPlaces ? stackalloc int[Window] : new int[Window];
        for (int i = 0; i < places.Length; i++)
        {
            (int place, int phase) = Math.DivRem(i % horizontal.Kernel * horizontal.Dilation, horizontal.Stride);
            places[i] = i / horizontal.Kernel * vertical.Dilation * RowLength + phase * _phaseLength + place;
        }

        // Several channels are laid out before the first one is read: a load that needs two stores waits until both are done. The
        // padding is the same for all of them: what is inside of it is overwritten.
        nint planeLength = PlaneLength(rows);
        int planes = count * channels, together = (int)Math.Clamp(PlaneFloats / planeLength, 1, planes);
        MemoryMarshal.CreateSpan(ref plane, together * (int)planeLength).Clear();
        var source = new Planes(imageStride, (nint)vertical.Input * horizontal.Input, channels);
        var matrix = new Planes(columns, Window * targetStride, channels);
        for (int first = 0; first < planes; first += together)
        {
            int end = Math.Min(planes, first + together);
            Fill<TFloat>(ref images, source, first, end, row, rows, ref plane);
            if (horizontal.Output <= 4 && TFloat.Width > 4)
                Windows<FloatLane128>(ref plane, places, rows, ref target, targetStride, matrix, first, end);
            else if (horizontal.Output <= 8 && TFloat.Width > 8)
                Windows<FloatLane256>(ref plane, places, rows, ref target, targetStride, matrix, first, end);
            else
                Windows<TFloat>(ref plane, places, rows, ref target, targetStride, matrix, first, end);
        }
    }

    // Puts channels between their padding.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Fill<TFloat>(ref float source, Planes planes, int first, int end, int row, int rows, ref float plane)
        where TFloat : struct, ITileLane<TFloat>
    {
        int top = row * vertical.Stride - vertical.Before;
        nint width = horizontal.Input, rowLength = RowLength, planeLength = PlaneLength(rows);
        int firstRow = Math.Max(0, top), endRow = Math.Min(vertical.Input, top + vertical.Reach(rows));
        int left = Math.Max(0, -horizontal.Before);
        int right = Math.Min(horizontal.Input, horizontal.Reach(horizontal.Output) - horizontal.Before);
        nint length = right - left, start = (firstRow - top) * rowLength + (horizontal.Stride == 1 ? left + horizontal.Before : 0);
        bool isPlain = horizontal.Stride == 1;
        planes.MoveTo(first);
        for (int i = first; i < end; i++)
        {
            ref float from = ref Unsafe.Add(ref source, planes.Offset + firstRow * width + (isPlain ? left : 0));
            ref float to = ref Unsafe.Add(ref plane, (i - first) * planeLength + start);
            for (int y = firstRow; y < endRow; y++)
            {
                // Short rows that fill a register are the usual ones where there are many channels.
                if (!isPlain)
                    Spread(ref from, ref to, left, right);
                else if (TFloat.Width > 4 && length == 4)
                    FloatLane128.Load(ref from, 0).Store(ref to, 0);
                else if (TFloat.Width > 8 && length == 8)
                    FloatLane256.Load(ref from, 0).Store(ref to, 0);
                else
                    Copy<TFloat>(ref from, ref to, length);
                from = ref Unsafe.Add(ref from, width);
                to = ref Unsafe.Add(ref to, rowLength);
            }

            planes.Next();
        }
    }

    private void Spread(ref float from, ref float to, int left, int right)
    {
        for (int x = left; x < right; x++)
        {
            (int place, int phase) = Math.DivRem(x + horizontal.Before, horizontal.Stride);
            Unsafe.Add(ref to, phase * _phaseLength + place) = Unsafe.Add(ref from, x);
        }
    }

    /// <summary>Copies a few floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy<TFloat>(ref float from, ref float to, nint length)
        where TFloat : struct, ITileLane<TFloat>
    {
        nint i = 0;
        for (; i <= length - TFloat.Width; i += TFloat.Width)
            TFloat.Load(ref from, i).Store(ref to, i);
        if (TFloat.Width > 8 && i <= length - 8)
        {
            FloatLane256.Load(ref from, i).Store(ref to, i);
            i += 8;
        }

        if (TFloat.Width > 4 && i <= length - 4)
        {
            FloatLane128.Load(ref from, i).Store(ref to, i);
            i += 4;
        }

        for (; i < length; i++)
            Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i);
    }

    // For every channel one row of the matrix for every place of the window.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Windows<TFloat>(
        ref float plane, ReadOnlySpan<int> places, int rows, ref float target, nint targetStride, Planes planes, int first, int end)
        where TFloat : struct, IFloatLane<TFloat>
    {
        nint width = horizontal.Output, step = vertical.Stride * RowLength, planeLength = PlaneLength(rows);
        planes.MoveTo(first);
        for (int i = first; i < end; i++)
        {
            ref float channel = ref Unsafe.Add(ref plane, (i - first) * planeLength);
            ref float line = ref Unsafe.Add(ref target, planes.Offset);
            foreach (int place in places)
            {
                ref float from = ref Unsafe.Add(ref channel, place);
                ref float to = ref line;
                int row = 0;
                // Four rows at a time: a row by itself costs as much for its loop as for its elements.
                for (; width <= TFloat.Width && row <= rows - 4; row += 4)
                {
                    TFloat row0 = TFloat.Load(ref from, 0), row1 = TFloat.Load(ref from, step);
                    TFloat row2 = TFloat.Load(ref from, 2 * step), row3 = TFloat.Load(ref from, 3 * step);
                    row0.Store(ref to, 0);
                    row1.Store(ref to, width);
                    row2.Store(ref to, 2 * width);
                    row3.Store(ref to, 3 * width);
                    from = ref Unsafe.Add(ref from, 4 * step);
                    to = ref Unsafe.Add(ref to, 4 * width);
                }

                for (; row < rows; row++)
                {
                    for (nint x = 0; x < width; x += TFloat.Width)
                        TFloat.Load(ref from, x).Store(ref to, x);
                    from = ref Unsafe.Add(ref from, step);
                    to = ref Unsafe.Add(ref to, width);
                }

                line = ref Unsafe.Add(ref line, targetStride);
            }

            planes.Next();
        }
    }

    // Where the channels of images lie, one after the other.
    private struct Planes(nint imageStride, nint planeStride, int channels)
    {
        private nint _image;
        private int _channel;

        /// <summary>Of the channel's first element.</summary>
        public nint Offset { get; private set; }

        public void MoveTo(int plane)
        {
            (int image, _channel) = Math.DivRem(plane, channels);
            _image = image * imageStride;
            Offset = _image + _channel * planeStride;
        }

        public void Next()
        {
            Offset += planeStride;
            if (++_channel < channels)
                return;
            _channel = 0;
            Offset = _image += imageStride;
        }
    }
}
