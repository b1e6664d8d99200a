using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>
/// Converts between floats and the 16-bit numbers (bfloat16, the upper half of a float) of a <see cref="ParameterStore"/> of
/// <see cref="ValuePrecision.BFloat16"/>. A number is represented by its bits, a <see cref="ushort"/>.
/// </summary>
public static class BFloat16
{
    /// <summary>Converts numbers to floats exactly; NaN keeps its bits.</summary>
    /// <param name="source">The bits of numbers.</param>
    /// <param name="destination">Receives the floats; the same length.</param>
    /// <param name="workers">The threads that share long calls, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the buffers overlap.</exception>
    public static void Widen(ReadOnlySpan<ushort> source, Span<float> destination, Workers? workers = null)
    {
        Require.SameLength(destination.Length, source.Length, nameof(destination), nameof(source));
        Require.Apart(source, destination, nameof(destination), nameof(source));
        var loop = new HalfLoop<Widening>(
            ref MemoryMarshal.GetReference(source), ref MemoryMarshal.GetReference(destination), destination.Length, workers);
        loop.RunAll(workers);
    }

    /// <summary>
    /// Rounds floats to the nearest 16-bit numbers, ties to even. A finite float above 3.395e38 becomes infinite; denormal numbers round
    /// like others. NaN stays NaN.
    /// </summary>
    /// <param name="source">Floats.</param>
    /// <param name="destination">Receives the bits of the numbers; the same length.</param>
    /// <param name="workers">The threads that share long calls, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the buffers overlap.</exception>
    public static void Round(ReadOnlySpan<float> source, Span<ushort> destination, Workers? workers = null)
    {
        Require.SameLength(destination.Length, source.Length, nameof(destination), nameof(source));
        Require.Apart(destination, source, nameof(destination), nameof(source));
        var loop = new HalfLoop<Rounding>(
            ref MemoryMarshal.GetReference(destination), ref MemoryMarshal.GetReference(source), source.Length, workers);
        loop.RunAll(workers);
    }

    /// <summary>Adds floats to numbers: adds them as floats and rounds like <see cref="Round"/>, as for accumulating gradients.</summary>
    /// <param name="destination">The bits of numbers; updated.</param>
    /// <param name="addend">The floats to add; the same length.</param>
    /// <param name="workers">The threads that share long calls, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the buffers overlap.</exception>
    public static void Add(Span<ushort> destination, ReadOnlySpan<float> addend, Workers? workers = null)
    {
        Require.SameLength(destination.Length, addend.Length, nameof(destination), nameof(addend));
        Require.Apart(destination, addend, nameof(destination), nameof(addend));
        var loop = new HalfLoop<Adding>(
            ref MemoryMarshal.GetReference(destination), ref MemoryMarshal.GetReference(addend), addend.Length, workers);
        loop.RunAll(workers);
    }

    /// <summary>Converts a number to a float.</summary>
    /// <param name="bits">The bits of the number.</param>
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>Converts a float to the bits of the nearest 16-bit number; see <see cref="Round"/>.</summary>
    /// <param name="value">Any float.</param>
    public static ushort FromSingle(float value) => (ushort)(BitConverter.SingleToUInt32Bits(Nearest(new FloatLane1(value)).Value) >> 16);

    /// <summary>Floats whose upper halves are the nearest numbers; what their lower halves are does not matter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Nearest<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // Half of what is cut off, and as much as makes a tie even. A NaN becomes a quiet one, which has a bit in the upper half.
        TFloat magnitude = TFloat.Abs(value), quiet = TFloat.SplatBits(0x0040_0000);
        TFloat even = TFloat.ShiftRight(value, 16) & TFloat.SplatBits(1);
        TFloat rounded = TFloat.AddBits(TFloat.AddBits(value, TFloat.SplatBits(0x7FFF)), even);
        TFloat notFinite = TFloat.SelectLess(TFloat.Splat(float.MaxValue), magnitude, value, value ^ (value & quiet) ^ quiet);
        return TFloat.SelectLess(magnitude, TFloat.Splat(float.PositiveInfinity), rounded, notFinite);
    }

    private readonly struct Widening : IHalfOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TCode, TFloat>(ref byte halves, ref float floats, nint index)
            where TCode : struct, ICodeLane<TFloat>
            where TFloat : struct, IFloatLane<TFloat> => TCode.LoadUpperHalves(in halves).Store(ref floats, index);
    }

    private readonly struct Rounding : IHalfOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TCode, TFloat>(ref byte halves, ref float floats, nint index)
            where TCode : struct, ICodeLane<TFloat>
            where TFloat : struct, IFloatLane<TFloat> => TCode.StoreUpperHalves(Nearest(TFloat.Load(ref floats, index)), ref halves);
    }

    private readonly struct Adding : IHalfOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TCode, TFloat>(ref byte halves, ref float floats, nint index)
            where TCode : struct, ICodeLane<TFloat>
            where TFloat : struct, IFloatLane<TFloat> =>
            TCode.StoreUpperHalves(Nearest(TCode.LoadUpperHalves(in halves) + TFloat.Load(ref floats, index)), ref halves);
    }
}
