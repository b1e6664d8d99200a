namespace TensorEngine.Compression;

/// <summary>How the elements of one kind of state lie in memory.</summary>
internal enum Coding
{
    Float32,
    BFloat16,

    /// <summary>Blocks of codes with a sign.</summary>
    SignedBlock,

    /// <summary>Blocks of codes of what is never negative.</summary>
    UnsignedBlock,
}

/// <summary>What codings have in common.</summary>
internal static class Codings
{
    /// <summary>
    /// The elements that share a scale. Compressed parameters are padded to it, and cut at multiples of it, whatever the coding.
    /// </summary>
    public const int Block = 1 << BlockBits;

    public const int BlockBits = 5;

    /// <summary>The coding of state that is compressed by a codec.</summary>
    public static Coding For(StateCodec codec, bool isNonNegative) => codec switch
    {
        StateCodec.BFloat16 => Coding.BFloat16,
        StateCodec.Block8 => isNonNegative ? Coding.UnsignedBlock : Coding.SignedBlock,
        _ => Coding.Float32,
    };

    public static StateCodec Codec(this Coding coding) => coding switch
    {
        Coding.BFloat16 => StateCodec.BFloat16,
        Coding.SignedBlock or Coding.UnsignedBlock => StateCodec.Block8,
        _ => StateCodec.Float32,
    };

    /// <summary>The bytes of an element, without the scale.</summary>
    public static int Size(this Coding coding) => coding switch
    {
        Coding.Float32 => sizeof(float),
        Coding.BFloat16 => sizeof(ushort),
        _ => sizeof(byte),
    };

    /// <summary>What the scales of a state are called in a file, behind the state's name.</summary>
    public static string? ScaleName(this Coding coding) => coding switch
    {
        Coding.SignedBlock => "scale",
        Coding.UnsignedBlock => "unsigned_scale",
        _ => null,
    };

    public static bool HasScales(this Coding coding) => coding is Coding.SignedBlock or Coding.UnsignedBlock;

    /// <summary>The smallest multiple of <see cref="Block"/> that is not below <paramref name="length"/>.</summary>
    public static int Padded(int length) => (length + Block - 1) / Block * Block;
}
