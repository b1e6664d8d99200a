using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>
/// Stores elements that are never negative, such as averages of squares, with 8 bits of magnitude over 30 binades, which are 15 of their
/// roots. A nonzero element becomes at least the smallest code, never 0, because rules divide by its root; 0 stays 0. The magnitude is
/// stored for a negative element.
/// </summary>
internal readonly struct UnsignedBlockCodes : IBlockCodes
{
    public static int Binades => 30;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Decode<TCode, TFloat>(ref readonly byte codes, TFloat zero)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.AddBits(TFloat.ShiftLeft(TCode.LoadBytes(in codes), BlockScale.Dropped), zero) - zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Encode<TCode, TFloat>(TFloat value, TFloat noise, TFloat zero)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        // The bits of every normal number are above those of the smallest code.
        TFloat magnitude = TFloat.Abs(value), least = TCode.MinBits(magnitude, TFloat.SplatBits(1u << BlockScale.Dropped));
        TFloat sum = TCode.MaxBits(BlockSum.Dithered(magnitude, noise, zero), least);
        return TFloat.ShiftLeft(sum, 24 - BlockScale.Dropped);
    }
}
