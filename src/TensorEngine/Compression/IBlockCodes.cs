using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>What a block's codes stand for.</summary>
internal interface IBlockCodes
{
    /// <summary>The scale of a block.</summary>
    /// <param name="largest">The bits of its largest magnitude.</param>
    static abstract int Scale(int largest);

    /// <summary>Decodes a register.</summary>
    /// <param name="codes">The first code.</param>
    /// <param name="from">The bits that code 0 would stand for.</param>
    /// <typeparam name="TCode">The codes of the register.</typeparam>
    /// <typeparam name="TFloat">The register.</typeparam>
    static abstract TFloat Decode<TCode, TFloat>(ref readonly byte codes, TFloat from)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>;

    /// <summary>What encoding has to know of a block.</summary>
    static abstract BlockBounds<TFloat> Bounds<TFloat>(int scale)
        where TFloat : struct, IFloatLane<TFloat>;

    /// <summary>Makes codes of 8 bits, with 0 above them.</summary>
    static abstract TFloat Encode<TCode, TFloat>(TFloat value, TFloat noise, BlockBounds<TFloat> bounds)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>What the encoding of a block's registers has in common.</summary>
/// <param name="MinusBase">The bits of the float that code 0 would stand for, to be taken away.</param>
/// <param name="EightLeast">8 times the smallest code.</param>
/// <param name="NineLeast">9 times the smallest code.</param>
/// <typeparam name="TFloat">The register.</typeparam>
internal readonly record struct BlockBounds<TFloat>(TFloat MinusBase, TFloat EightLeast = default, TFloat NineLeast = default)
    where TFloat : struct, IFloatLane<TFloat>;
