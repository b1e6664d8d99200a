namespace TensorEngine.Files;

/// <summary>The three entries of an .npy header, checked.</summary>
/// <param name="Type">The type of the elements.</param>
/// <param name="IsLittleEndian">Whether the first byte of an element is its lowest.</param>
/// <param name="IsFortranOrder">Whether the first index runs fastest in the file, instead of the last.</param>
/// <param name="Lengths">The lengths of the dimensions, outermost first.</param>
/// <param name="ElementCount">The product of the lengths.</param>
internal readonly record struct NumPyDescription(
    ElementType Type, bool IsLittleEndian, bool IsFortranOrder, long[] Lengths, long ElementCount)
{
    // NumPy's code without the byte order, and the type.
    private static readonly (string Code, ElementType Type)[] s_types =
    [
        ("f2", ElementType.F16), ("f4", ElementType.F32), ("f8", ElementType.F64),
        ("i1", ElementType.I8), ("i2", ElementType.I16), ("i4", ElementType.I32), ("i8", ElementType.I64),
        ("u1", ElementType.U8), ("u2", ElementType.U16), ("u4", ElementType.U32), ("u8", ElementType.U64),
        ("b1", ElementType.Bool),
    ];

    /// <summary>The bytes that the elements take in the file.</summary>
    public long ByteLength => ElementCount * (Type.Bits() / 8);

    /// <summary>The type that NumPy calls so, and whether its bytes are little-endian; null if it is not one of ours.</summary>
    public static (ElementType Type, bool IsLittleEndian)? Find(ReadOnlySpan<char> code)
    {
        if (code.Length != 3)
            return null;
        foreach ((string known, ElementType type) in s_types)
        {
            // A bar says that there is no order, as in a single byte; only there it does.
            if (code[1..].SequenceEqual(known) && (code[0] is '<' or '>' || code[0] == '|' && type.Bits() == 8))
                return (type, code[0] != '>');
        }

        return null;
    }

    /// <summary>What NumPy calls a type whose bytes are little-endian; null if it has no such type.</summary>
    public static string? TryGetCode(ElementType type)
    {
        string? code = Array.Find(s_types, known => known.Type == type).Code;
        return code is null ? null : (type.Bits() == 8 ? "|" : "<") + code;
    }

    /// <inheritdoc cref="TryGetCode"/>
    public static string Code(ElementType type) =>
        TryGetCode(type) ?? throw new ArgumentOutOfRangeException(nameof(type), type, $"type is {type.Name()}, which NumPy does not have.");
}
