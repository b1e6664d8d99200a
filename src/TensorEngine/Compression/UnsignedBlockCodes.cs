using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>
/// Elements that are never negative, such as averages of squares: 8 bits of magnitude, 30 binades, so that 15 of the roots. What is not 0
/// never becomes 0, as its root divides, but the smallest code; what is 0 stays 0. A negative element is taken for its magnitude.
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
