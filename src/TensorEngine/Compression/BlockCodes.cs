using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>A block of 32 elements in two registers of 16: no loops within the loop, and each element is loaded once.</summary>
internal static class BlockCodes
{
    /// <summary>Encodes a block, and advances the dither to the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TBlock, TCode, TFloat>(
        TFloat first, TFloat second, ref TFloat noise, TFloat step, ref byte codes, ref byte scale)
        where TBlock : struct, IBlockCodes
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat secondNoise = TCode.AddHalves(noise, step);
        int largest = TCode.LargestBits(TCode.MaxBits(TFloat.Abs(first), TFloat.Abs(second)));
        if (BlockScale.IsFinite(largest, TBlock.Binades, out int found))
        {
            scale = (byte)found;
            TFloat zero = TFloat.SplatBits((uint)(found - TBlock.Binades) << 23);
            TCode.StoreHighBytes(
                TBlock.Encode<TCode, TFloat>(first, noise, zero), TBlock.Encode<TCode, TFloat>(second, secondNoise, zero), ref codes);
        }
        else
        {
            scale = BlockScale.NotFinite;
            TCode.StoreHighBytes(BlockSum.NotFinite<TCode, TFloat>(first), BlockSum.NotFinite<TCode, TFloat>(second), ref codes);
        }

        noise = TCode.AddHalves(secondNoise, step);
    }
}
