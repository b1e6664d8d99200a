using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>
/// Stores elements of either sign with one bit of sign and 7 of magnitude: 14 binades and even steps below them. An element that is small
/// relative to its block becomes a step or 0, with the probabilities that preserve the mean, so that it can decay all the way. Zero stays 0
/// and loses its sign.
/// </summary>
internal readonly struct SignedBlockCodes : IBlockCodes
{
    public static int Binades => 14;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Decode<TCode, TFloat>(ref readonly byte codes, TFloat zero)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        // The sign has been copied upwards.
        TFloat code = TFloat.ShiftLeft(TCode.LoadSignedBytes(in codes), BlockScale.Dropped) & TFloat.SplatBits(0x87FF_FFFF);
        TFloat sum = TFloat.AddBits(code, zero);
        return sum - TFloat.CopySign(zero, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Encode<TCode, TFloat>(TFloat value, TFloat noise, TFloat zero)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.CopySign(TFloat.ShiftLeft(BlockSum.Dithered(TFloat.Abs(value), noise, zero), 24 - BlockScale.Dropped), value);
}
