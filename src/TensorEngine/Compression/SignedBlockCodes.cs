using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>
/// Stores elements of either sign: one bit of sign, 4 of exponent, 3 of mantissa. A magnitude below the smallest code becomes that code
/// with the probability that preserves the mean, and otherwise 0, so that an element next to large ones can decay all the way. Zero stays 0
/// and loses its sign.
/// </summary>
internal readonly struct SignedBlockCodes : IBlockCodes
{
    private const int Dropped = 20;
    private const int LeastScale = 16;
    private const uint Smallest = 1u << Dropped;

    // 2^-126.
    private const float LeastNormal = 1.17549435e-38f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Scale(int largest) => BlockScale.Of(largest, Dropped, LeastScale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Decode<TCode, TFloat>(ref readonly byte codes, TFloat from)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        // The sign has been copied upwards.
        TFloat code = TCode.LoadSignedBytes(in codes);
        return TCode.WhereNotZero(code, TFloat.AddBits(TFloat.ShiftLeft(code, Dropped) & TFloat.SplatBits(0x87FF_FFFF), from));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BlockBounds<TFloat> Bounds<TFloat>(int scale)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // In a block that is not finite everything but 0 keeps a code, whichever it is.
        if (scale == BlockScale.NotFinite)
            return new(TFloat.SplatBits(BlockScale.MinusBase(scale)), TFloat.Splat(0f), TFloat.Splat(LeastNormal));

        // The smallest code is 1.125 times the base: 2^3 * 1.125 and 2^3 * 1.125^2.
        uint from = BlockScale.Base(scale);
        TFloat bits = TFloat.SplatBits(from);
        return new(
            TFloat.SplatBits(unchecked(0 - from)),
            TFloat.AddBits(bits, TFloat.SplatBits((3 << 23) + Smallest)),
            TFloat.AddBits(bits, TFloat.SplatBits((3 << 23) + 0x22_0000)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Encode<TCode, TFloat>(TFloat value, TFloat noise, BlockBounds<TFloat> bounds)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat magnitude = TFloat.Abs(value), fraction = TFloat.ShiftLeft(noise, Dropped - 16);
        TFloat above = TFloat.AddBits(TFloat.AddBits(magnitude, fraction), bounds.MinusBase);
        TFloat code = TFloat.ShiftRight(TCode.MaxBits(above, TFloat.SplatBits(Smallest)), Dropped)
            ^ (TFloat.ShiftRight(value, 24) & TFloat.SplatBits(0x80));

        // 1 ^ fraction is 1 to 1.125: below the smallest code what is kept is magnitude >= (1 - fraction) of it.
        TFloat reached = TFloat.FusedMultiplyAdd(TFloat.Splat(1f) ^ fraction, bounds.EightLeast, magnitude);
        return TFloat.SelectLess(reached, bounds.NineLeast, TFloat.Splat(0f), code);
    }
}
