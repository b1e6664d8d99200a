using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Convolutions;

/// <summary>Specifies what to compute from the four elements of a window.</summary>
internal interface IHalvingKind
{
    /// <summary>Whether it is an element whose place counts, too.</summary>
    static abstract bool HasPlaces { get; }

    /// <summary>The result of a window, given row by row, and which element it is: 0, 1, or those of the row below, as bits.</summary>
    static abstract (TFloat Value, TFloat Place) Of<TFloat>(TFloat a, TFloat b, TFloat c, TFloat d, TFloat below)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>
/// Poolings by windows of 2 x 2 that do not overlap, which most networks have. A window is taken at every place, whole registers at a
/// time, and those that count are picked out: far cheaper than to gather what counts, even where rows are short and every fourth does.
/// </summary>
internal readonly ref struct Halving<TKind>(
    PoolingGeometry geometry, ReadOnlySpan<float> input, Span<float> output, Span<int> places, int first, int count) : ITileKernel
    where TKind : struct, IHalvingKind
{
    // Places at a time, whose results stay in the first-level cache.
    private const int MostPlaces = 1024;

    // Rows from this length on are taken by themselves.
    private const int LongWidth = 32;

    private readonly ReadOnlySpan<float> _input = input;
    private readonly Span<float> _output = output;
    private readonly Span<int> _places = places;

    /// <summary>Whether it is such a pooling.</summary>
    public static bool Takes(in PoolingGeometry geometry) => IsHalving(geometry.Vertical) && IsHalving(geometry.Horizontal);

    public void Run<TFloat>()
        where TFloat : struct, ITileLane<TFloat>
    {
        Span<float> values = stackalloc float[MostPlaces], found = stackalloc float[TKind.HasPlaces ? MostPlaces : 0];
        int pairs = geometry.Vertical.Output;
        if (geometry.Vertical.Input % 2 == 0)
        {
            // The pairs of rows of all planes are equally far apart.
            Pairs<TFloat>(first * geometry.InputPlane, first * pairs, count * pairs, values, found);
            return;
        }

        for (int plane = first; plane < first + count; plane++)
            Pairs<TFloat>(plane * geometry.InputPlane, plane * pairs, pairs, values, found);
    }

    private static bool IsHalving(WindowAxis axis) => axis is { Kernel: 2, Stride: 2, Padding: 0, Dilation: 1, IsBeyond: false };

    // So many pairs of rows, the first of which is at a place of the input.
    private void Pairs<TFloat>(int start, int pair, int pairs, Span<float> values, Span<float> found)
        where TFloat : struct, ITileLane<TFloat>
    {
        int width = geometry.Horizontal.Input, windows = geometry.Horizontal.Output;
        int together = width < LongWidth ? MostPlaces / (2 * width) : 1, most = Math.Min(windows, MostPlaces / 2);
        for (int i = 0; i < pairs; i += together)
        {
            int rows = Math.Min(together, pairs - i);
            for (int x = 0; x < windows; x += most)
            {
                int columns = Math.Min(most, windows - x), from = start + i * 2 * width + 2 * x;
                // Up to the last window that counts, so that all of it is inside the input.
                int length = (rows - 1) * 2 * width + 2 * columns - 1, at = 0;
                Take<TFloat>(ref at, from, length, values, found);
                if (TFloat.Width > 4)
                    Take<FloatLane128>(ref at, from, length, values, found);
                Take<FloatLane1>(ref at, from, length, values, found);
                for (int row = 0; row < rows; row++)
                    Pick(values[(row * 2 * width)..], found[(TKind.HasPlaces ? row * 2 * width : 0)..], pair + i + row, x, columns);
            }
        }
    }

    // The windows at all places while a register fits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Take<TFloat>(scoped ref int at, int from, int length, Span<float> values, Span<float> found)
        where TFloat : struct, ITileLane<TFloat>
    {
        nint width = geometry.Horizontal.Input;
        ref float upper = ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), from);
        ref float lower = ref Unsafe.Add(ref upper, width);
        ref float to = ref MemoryMarshal.GetReference(values);
        ref float which = ref MemoryMarshal.GetReference(found);
        TFloat below = TFloat.SplatBits((uint)width);
        nint i = at;
        for (; i <= length - TFloat.Width; i += TFloat.Width)
        {
            (TFloat value, TFloat place) = TKind.Of(
                TFloat.Load(ref upper, i), TFloat.Load(ref upper, i + 1), TFloat.Load(ref lower, i), TFloat.Load(ref lower, i + 1), below);
            value.Store(ref to, i);
            if (TKind.HasPlaces)
                place.Store(ref which, i);
        }

        at = (int)i;
    }

    // Every second window of a row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Pick(ReadOnlySpan<float> values, ReadOnlySpan<float> found, int pair, int x, int columns)
    {
        int to = pair * geometry.Horizontal.Output + x;
        Span<float> results = _output.Slice(to, columns);
        for (int i = 0; i < results.Length; i++)
            results[i] = values[2 * i];
        if (!TKind.HasPlaces)
            return;
        Span<int> indices = _places.Slice(to, columns);
        int place = 2 * (pair % geometry.Vertical.Output) * geometry.Horizontal.Input + 2 * x;
        for (int i = 0; i < indices.Length; i++)
            indices[i] = place + 2 * i + BitConverter.SingleToInt32Bits(found[2 * i]);
    }
}

/// <summary>The largest element; the first of equal ones, and the last of several NaN.</summary>
internal readonly struct LargestOfFour : IHalvingKind
{
    public static bool HasPlaces => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TFloat Value, TFloat Place) Of<TFloat>(TFloat a, TFloat b, TFloat c, TFloat d, TFloat below)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat one = TFloat.SplatBits(1);
        (TFloat largest, TFloat found) = Larger(a, TFloat.SplatBits(0), b, one);
        (largest, found) = Larger(largest, found, c, below);
        return Larger(largest, found, d, TFloat.AddBits(below, one));
    }

    // The value if it is larger or NaN, and where it is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat Largest, TFloat Found) Larger<TFloat>(TFloat largest, TFloat found, TFloat value, TFloat index)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat zero = TFloat.Splat(0), minusOne = TFloat.Splat(-1);
        TFloat larger = TFloat.SelectLess(largest, value, value, largest);
        TFloat at = TFloat.SelectLess(largest, value, index, found);
        // What is neither below 0 nor above -1 is NaN.
        return (
            TFloat.SelectLess(value, zero, larger, TFloat.SelectLess(minusOne, value, larger, value)),
            TFloat.SelectLess(value, zero, at, TFloat.SelectLess(minusOne, value, at, index)));
    }
}

/// <summary>The mean, summed row by row from 0.</summary>
internal readonly struct MeanOfFour : IHalvingKind
{
    public static bool HasPlaces => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TFloat Value, TFloat Place) Of<TFloat>(TFloat a, TFloat b, TFloat c, TFloat d, TFloat below)
        where TFloat : struct, IFloatLane<TFloat> => ((TFloat.Splat(0f) + a + b + c + d) / TFloat.Splat(4f), below);
}
