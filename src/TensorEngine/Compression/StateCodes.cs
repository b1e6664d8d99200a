using System.Diagnostics;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>Decodes and encodes whole blocks of state, whatever the coding. One loop for each coding serves all rules.</summary>
internal static class StateCodes
{
    /// <summary>Decodes codes into floats.</summary>
    /// <param name="coding">The coding.</param>
    /// <param name="codes">The first code of the buffer.</param>
    /// <param name="length">The number of elements in the buffer; the scales follow them.</param>
    /// <param name="offset">The index in the buffer to start at: a multiple of <see cref="Codings.Block"/>.</param>
    /// <param name="destination">Receives the floats.</param>
    /// <param name="count">The number of elements; a multiple of <see cref="Codings.Block"/>.</param>
    /// <param name="width">The lanes to run at.</param>
    public static void Decode(Coding coding, ref byte codes, nint length, nint offset, ref float destination, int count, int width)
    {
        Debug.Assert(offset % Codings.Block == 0 && count % Codings.Block == 0);
        ref byte first = ref Unsafe.Add(ref codes, offset * coding.Size());
        ref byte scales = ref Unsafe.Add(ref codes, length + offset / Codings.Block);
        switch (coding)
        {
            case Coding.BFloat16:
                var halves = new BFloat16Codes.Decoding(ref first, ref destination, count);
                LaneDispatch.Code(ref halves, width);
                break;
            case Coding.SignedBlock:
                var signed = new BlockDecoding<SignedBlockCodes>(ref first, ref scales, ref destination, count);
                LaneDispatch.Code(ref signed, width);
                break;
            case Coding.UnsignedBlock:
                var unsigned = new BlockDecoding<UnsignedBlockCodes>(ref first, ref scales, ref destination, count);
                LaneDispatch.Code(ref unsigned, width);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(coding), coding, $"coding is {coding}, which has no codes.");
        }
    }

    /// <summary>Encodes floats as codes.</summary>
    /// <param name="coding">The coding.</param>
    /// <param name="source">The floats.</param>
    /// <param name="codes">The first code of the buffer.</param>
    /// <param name="length">The number of elements in the buffer.</param>
    /// <param name="offset">The index in the buffer to start at: a multiple of <see cref="Codings.Block"/>.</param>
    /// <param name="count">The number of elements; a multiple of <see cref="Codings.Block"/>.</param>
    /// <param name="dither">The dither of the first element.</param>
    /// <param name="width">The lanes to run at.</param>
    public static void Encode(
        Coding coding, ref float source, ref byte codes, nint length, nint offset, int count, uint dither, int width)
    {
        Debug.Assert(offset % Codings.Block == 0 && count % Codings.Block == 0);
        ref byte first = ref Unsafe.Add(ref codes, offset * coding.Size());
        ref byte scales = ref Unsafe.Add(ref codes, length + offset / Codings.Block);
        switch (coding)
        {
            case Coding.BFloat16:
                var halves = new BFloat16Codes.Encoding(ref source, ref first, count, dither);
                LaneDispatch.Code(ref halves, width);
                break;
            case Coding.SignedBlock:
                var signed = new BlockEncoding<SignedBlockCodes>(ref source, ref first, ref scales, count, dither);
                LaneDispatch.Code(ref signed, width);
                break;
            case Coding.UnsignedBlock:
                var unsigned = new BlockEncoding<UnsignedBlockCodes>(ref source, ref first, ref scales, count, dither);
                LaneDispatch.Code(ref unsigned, width);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(coding), coding, $"coding is {coding}, which has no codes.");
        }
    }
}
