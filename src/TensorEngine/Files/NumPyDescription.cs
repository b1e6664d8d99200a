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
    // NumPy's code without the byte order, the letter that stands for it, the name that stands without a byte order, and the type.
    private static readonly (string Code, string Letter, string Name, ElementType Type)[] s_types =
    [
        ("f2", "e", "float16", ElementType.F16), ("f4", "f", "float32", ElementType.F32), ("f8", "d", "float64", ElementType.F64),
        ("i1", "b", "int8", ElementType.I8), ("i2", "h", "int16", ElementType.I16),
        ("i4", "i", "int32", ElementType.I32), ("i8", "q", "int64", ElementType.I64),
        ("u1", "B", "uint8", ElementType.U8), ("u2", "H", "uint16", ElementType.U16),
        ("u4", "I", "uint32", ElementType.U32), ("u8", "Q", "uint64", ElementType.U64),
        ("b1", "?", "bool", ElementType.Bool),
    ];

    /// <summary>The bytes that the elements take in the file.</summary>
    public long ByteLength => ElementCount * (Type.Bits() / 8);

    /// <summary>
    /// The type that NumPy calls so, and whether its bytes are little-endian; null if it is not one of ours. As in NumPy the order is
    /// this machine's if it is not said, or by = or |.
    /// </summary>
    public static (ElementType Type, bool IsLittleEndian)? Find(ReadOnlySpan<char> code)
    {
        bool hasOrder = code.Length > 0 && code[0] is '<' or '>' or '=' or '|';
        bool isLittleEndian = hasOrder && code[0] is '<' or '>' ? code[0] == '<' : BitConverter.IsLittleEndian;
        ReadOnlySpan<char> type = hasOrder ? code[1..] : code;
        foreach ((string known, string letter, string name, ElementType found) in s_types)
        {
            if (type.SequenceEqual(known) || type.SequenceEqual(letter) || !hasOrder && type.SequenceEqual(name))
                return (found, isLittleEndian);
        }

        return null;
    }

    /// <summary>Gets NumPy's name of a little-endian type; null if NumPy has no such type.</summary>
    public static string? TryGetCode(ElementType type)
    {
        string? code = Array.Find(s_types, known => known.Type == type).Code;
        return code is null ? null : (type.Bits() == 8 ? "|" : "<") + code;
    }

    /// <inheritdoc cref="TryGetCode"/>
    public static string Code(ElementType type) =>
        TryGetCode(type) ?? throw new ArgumentOutOfRangeException(nameof(type), type, $"type is {type.Name()}, which NumPy does not have.");
}
