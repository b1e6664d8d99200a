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
    /// <param name="source">The first channel of the first image.</param>
    /// <param name="imageStride">From an image to the next.</param>
    /// <param name="images">How many images.</param>
    /// <param name="channels">How many channels, one after the other.</param>
    /// <param name="row">The first row of patches.</param>
    /// <param name="rows">How many rows of patches.</param>
    /// <param name="target">The matrix.</param>
    /// <param name="targetStride">From a row of it to the next: <see cref="RowStride"/>.</param>
    /// <param name="plane">Memory for <see cref="ScratchLength"/> floats.</param>
    public void Write<TFloat>(
        ref float source,
        nint imageStride,
        int images,
        int channels,
        int row,
        int rows,
        ref float target,
        nint targetStride,
        ref float plane)
        where TFloat : struct, ITileLane<TFloat>
    {
        Debug.Assert(row >= 0 && rows > 0 && row + rows <= vertical.Output, $"{rows} rows of patches from {row} on of {vertical.Output}.");
        nint planeStride = (nint)vertical.Input * horizontal.Input, columns = (nint)rows * horizontal.Output;
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
        int planes = images * channels, together = (int)Math.Clamp(PlaneFloats / planeLength, 1, planes);
        MemoryMarshal.CreateSpan(ref plane, together * (int)planeLength).Clear();
        for (int first = 0; first < planes; first += together)
        {
            int end = Math.Min(planes, first + together);
            (int image, int channel) = Math.DivRem(first, channels);
            for (int i = first; i < end; i++)
            {
                ref float from = ref Unsafe.Add(ref source, image * imageStride + channel * planeStride);
                Fill<TFloat>(ref from, row, rows, ref Unsafe.Add(ref plane, (i - first) * planeLength));
                Next(ref image, ref channel, channels);
            }

            (image, channel) = Math.DivRem(first, channels);
            for (int i = first; i < end; i++)
            {
                ref float from = ref Unsafe.Add(ref plane, (i - first) * planeLength);
                ref float to = ref Unsafe.Add(ref target, channel * Window * targetStride + image * columns);
                if (horizontal.Output <= 4 && TFloat.Width > 4)
                    Windows<FloatLane128>(ref from, places, rows, ref to, targetStride);
                else if (horizontal.Output <= 8 && TFloat.Width > 8)
                    Windows<FloatLane256>(ref from, places, rows, ref to, targetStride);
                else
                    Windows<TFloat>(ref from, places, rows, ref to, targetStride);
                Next(ref image, ref channel, channels);
            }
        }
    }

    private static void Next(ref int image, ref int channel, int channels)
    {
        if (++channel == channels)
            (image, channel) = (image + 1, 0);
    }

    // Puts a channel between its padding.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Fill<TFloat>(ref float source, int row, int rows, ref float plane)
        where TFloat : struct, ITileLane<TFloat>
    {
        int top = row * vertical.Stride - vertical.Before, width = horizontal.Input;
        int first = Math.Max(0, top), end = Math.Min(vertical.Input, top + vertical.Reach(rows));
        int left = Math.Max(0, -horizontal.Before), right = Math.Min(width, horizontal.Reach(horizontal.Output) - horizontal.Before);
        for (int y = first; y < end; y++)
        {
            ref float from = ref Unsafe.Add(ref source, (nint)y * width);
            ref float to = ref Unsafe.Add(ref plane, (nint)(y - top) * RowLength);
            if (horizontal.Stride == 1)
                Copy<TFloat>(ref Unsafe.Add(ref from, left), ref Unsafe.Add(ref to, left + horizontal.Before), right - left);
            else
                Spread(ref from, ref to, left, right);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<TFloat>(ref float from, ref float to, nint length)
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

    // One row of the matrix for every place of the window.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Windows<TFloat>(ref float plane, ReadOnlySpan<int> places, int rows, ref float target, nint targetStride)
        where TFloat : struct, IFloatLane<TFloat>
    {
        nint width = horizontal.Output, step = vertical.Stride * RowLength;
        foreach (int place in places)
        {
            ref float from = ref Unsafe.Add(ref plane, place);
            ref float to = ref target;
            if (width <= TFloat.Width)
            {
                for (int row = 0; row < rows; row++)
                {
                    TFloat.Load(ref from, 0).Store(ref to, 0);
                    from = ref Unsafe.Add(ref from, step);
                    to = ref Unsafe.Add(ref to, width);
                }
            }
            else
            {
                for (int row = 0; row < rows; row++)
                {
                    for (nint i = 0; i < width; i += TFloat.Width)
                        TFloat.Load(ref from, i).Store(ref to, i);
                    from = ref Unsafe.Add(ref from, step);
                    to = ref Unsafe.Add(ref to, width);
                }
            }

            target = ref Unsafe.Add(ref target, targetStride);
        }
    }
}
