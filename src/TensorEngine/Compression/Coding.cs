namespace TensorEngine.Compression;

/// <summary>Specifies how the elements of one kind of state are stored in memory.</summary>
internal enum Coding
{
    Float32,
    BFloat16,

    /// <summary>Blocks of codes with a sign.</summary>
    SignedBlock,

    /// <summary>Blocks of codes of nonnegative elements.</summary>
    UnsignedBlock,
}

/// <summary>Members common to all codings.</summary>
internal static class Codings
{
    /// <summary>
    /// The number of elements that share a scale. Compressed parameters are padded to a multiple of it and cut at multiples of it, whatever
    /// the coding.
    /// </summary>
    public const int Block = 1 << BlockBits;

    public const int BlockBits = 5;

    /// <summary>Gets the coding of state compressed with a codec.</summary>
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

    /// <summary>Gets the bytes per element, without the scale.</summary>
    public static int Size(this Coding coding) => coding switch
    {
        Coding.Float32 => sizeof(float),
        Coding.BFloat16 => sizeof(ushort),
        _ => sizeof(byte),
    };

    /// <summary>Gets the suffix, after the state's name, of the state's scales in a file.</summary>
    public static string? ScaleName(this Coding coding) => coding switch
    {
        Coding.SignedBlock => "scale",
        Coding.UnsignedBlock => "unsigned_scale",
        _ => null,
    };

    public static bool HasScales(this Coding coding) => coding is Coding.SignedBlock or Coding.UnsignedBlock;

    /// <summary>Gets the smallest multiple of <see cref="Block"/> that is not less than <paramref name="length"/>.</summary>
    public static int Padded(int length) => (length + Block - 1) / Block * Block;
}
