using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>The common parts of both kinds of block.</summary>
internal static class BlockSum
{
    // The mean of what 16 bits of noise do not say.
    private const uint Middle = 1u << BlockScale.Dropped - 17;

    /// <summary>The bits of the sum with the zero, less those of the zero, dithered below the bits that are kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Dithered<TFloat>(TFloat magnitude, TFloat noise, TFloat zero)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat fraction = TFloat.SubtractBits(
            TFloat.ShiftLeft(noise, BlockScale.Dropped - 16), TFloat.SubtractBits(zero, TFloat.SplatBits(Middle)));
        return TFloat.AddBits(magnitude + zero, fraction);
    }

    /// <summary>The codes of a block that is not finite: 0, or 1 for whatever is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat NotFinite<TCode, TFloat>(TFloat value)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat> => TCode.WhereNotZero(TFloat.Abs(value), TFloat.SplatBits(1u << 24));
}
