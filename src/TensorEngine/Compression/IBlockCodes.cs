using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>Defines what a block's codes represent.</summary>
internal interface IBlockCodes
{
    /// <summary>The scale of a block.</summary>
    /// <param name="largest">The bits of its largest magnitude.</param>
    static abstract int Scale(int largest);

    /// <summary>Decodes a register.</summary>
    /// <param name="codes">The first code.</param>
    /// <param name="from">The bits that code 0 would represent.</param>
    /// <typeparam name="TCode">The codes of the register.</typeparam>
    /// <typeparam name="TFloat">The register.</typeparam>
    static abstract TFloat Decode<TCode, TFloat>(ref readonly byte codes, TFloat from)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>;

    /// <summary>Gets the values that encoding needs for a block.</summary>
    static abstract BlockBounds<TFloat> Bounds<TFloat>(int scale)
        where TFloat : struct, IFloatLane<TFloat>;

    /// <summary>Encodes a register as codes of 8 bits, with 0 above them.</summary>
    static abstract TFloat Encode<TCode, TFloat>(TFloat value, TFloat noise, BlockBounds<TFloat> bounds)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>The values shared by the encoding of all registers of a block.</summary>
/// <param name="MinusBase">The bits of the float that code 0 would represent, to be subtracted.</param>
/// <param name="EightLeast">8 times the smallest code.</param>
/// <param name="NineLeast">9 times the smallest code.</param>
/// <typeparam name="TFloat">The register.</typeparam>
internal readonly record struct BlockBounds<TFloat>(TFloat MinusBase, TFloat EightLeast = default, TFloat NineLeast = default)
    where TFloat : struct, IFloatLane<TFloat>;
