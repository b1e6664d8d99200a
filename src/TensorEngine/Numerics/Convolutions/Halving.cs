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
/// Pooling with windows of 2 x 2 that do not overlap, as in most networks: processes whole registers of windows at a time, whose elements
/// are separated as they are loaded. The next row overwrites the elements of a register beyond the end of a row.
/// </summary>
internal readonly ref struct Halving<TKind>(
    PoolingGeometry geometry, ReadOnlySpan<float> input, Span<float> output, Span<int> places, int first, int count) : ITileKernel
    where TKind : struct, IHalvingKind
{
    private const int MostLanes = 16;

    private readonly ReadOnlySpan<float> _input = input;
    private readonly Span<float> _output = output;
    private readonly Span<int> _places = places;

    /// <summary>Whether it is such a pooling.</summary>
    public static bool Takes(in PoolingGeometry geometry) => IsHalving(geometry.Vertical) && IsHalving(geometry.Horizontal);

    public void Run<TFloat>()
        where TFloat : struct, ITileLane<TFloat>
    {
        // How far the window of every lane lies from the register's first.
        Span<int> steps = stackalloc int[MostLanes];
        for (int i = 0; i < steps.Length; i++)
            steps[i] = 2 * i;
        int width = geometry.Horizontal.Output;
        if (width <= 4 && TFloat.Width > 4)
            Rows<FloatLane128>(steps);
        else if (width <= 8 && TFloat.Width > 8)
            Rows<FloatLane256>(steps);
        else
            Rows<TFloat>(steps);
    }

    private static bool IsHalving(WindowAxis axis) => axis is { Kernel: 2, Stride: 2, Padding: 0, Dilation: 1, IsBeyond: false };

    private void Rows<TFloat>(ReadOnlySpan<int> steps)
        where TFloat : struct, ITileLane<TFloat>
    {
        // Rows are counted over all planes. The last ones have too little behind them for whole registers.
        int perPlane = geometry.Vertical.Output, end = (first + count) * perPlane, whole = end;
        while (whole > first * perPlane && !HasRoom<TFloat>(whole - 1))
            whole--;
        Rows<TFloat>(first * perPlane, whole, steps);
        Rows<FloatLane1>(whole, end, steps);
    }

    // Whether what the registers of a row have beyond its end is still this part's output, and input.
    private bool HasRoom<TFloat>(int row)
        where TFloat : struct, ITileLane<TFloat>
    {
        int windows = geometry.Horizontal.Output, length = (windows + TFloat.Width - 1) / TFloat.Width * TFloat.Width;
        (int plane, int down) = Math.DivRem(row, geometry.Vertical.Output);
        return (long)row * windows + length <= (first + count) * (long)geometry.OutputPlane
            && (long)plane * geometry.InputPlane + (2 * down + 1) * geometry.Horizontal.Input + 2 * length <= _input.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Rows<TFloat>(int row, int end, ReadOnlySpan<int> steps)
        where TFloat : struct, ITileLane<TFloat>
    {
        nint width = geometry.Horizontal.Input, windows = geometry.Horizontal.Output;
        (int plane, int down) = Math.DivRem(row, geometry.Vertical.Output);
        ref float upper = ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), plane * geometry.InputPlane + 2 * down * width);
        ref float to = ref Unsafe.Add(ref MemoryMarshal.GetReference(_output), row * windows);
        ref float which = ref to;
        if (TKind.HasPlaces)
            which = ref Unsafe.Add(ref Unsafe.As<int, float>(ref MemoryMarshal.GetReference(_places)), row * windows);
        TFloat below = TFloat.SplatBits((uint)width);
        TFloat lanes = TFloat.Load(ref Unsafe.As<int, float>(ref MemoryMarshal.GetReference(steps)), 0);
        for (; row < end; row++)
        {
            for (nint x = 0; x < windows; x += TFloat.Width)
            {
                (TFloat a, TFloat b) = TFloat.LoadPairs(ref upper, 2 * x);
                (TFloat c, TFloat d) = TFloat.LoadPairs(ref upper, width + 2 * x);
                (TFloat value, TFloat place) = TKind.Of(a, b, c, d, below);
                value.Store(ref to, x);
                if (TKind.HasPlaces)
                    TFloat.AddBits(TFloat.AddBits(place, lanes), TFloat.SplatBits((uint)(2 * (down * width + x)))).Store(ref which, x);
            }

            upper = ref Unsafe.Add(ref upper, 2 * width);
            to = ref Unsafe.Add(ref to, windows);
            which = ref Unsafe.Add(ref which, windows);
            if (++down == geometry.Vertical.Output)
            {
                // An odd last row is in no window.
                down = 0;
                upper = ref Unsafe.Add(ref upper, geometry.InputPlane - 2 * geometry.Vertical.Output * width);
            }
        }
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
