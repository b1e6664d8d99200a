using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>Defines what a block's codes represent.</summary>
internal interface IBlockCodes
{
    /// <summary>How many binades a block's zero is below the largest magnitude.</summary>
    static abstract int Binades { get; }

    /// <summary>Decodes a register.</summary>
    /// <param name="codes">The first code.</param>
    /// <param name="zero">The block's zero.</param>
    /// <typeparam name="TCode">The codes of the register.</typeparam>
    /// <typeparam name="TFloat">The register.</typeparam>
    static abstract TFloat Decode<TCode, TFloat>(ref readonly byte codes, TFloat zero)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>;

    /// <summary>Makes codes of 8 bits, which are the highest.</summary>
    /// <param name="value">The elements.</param>
    /// <param name="noise">Their dither.</param>
    /// <param name="zero">The block's zero.</param>
    /// <typeparam name="TCode">The codes of the register.</typeparam>
    /// <typeparam name="TFloat">The register.</typeparam>
    static abstract TFloat Encode<TCode, TFloat>(TFloat value, TFloat noise, TFloat zero)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>;
}
