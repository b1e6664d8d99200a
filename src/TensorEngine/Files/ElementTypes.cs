using System.Text;

namespace TensorEngine.Files;

/// <summary>Maps element types to their names in files and their sizes.</summary>
internal static class ElementTypes
{
    // Indexed by the type.
    private static readonly string[] s_names =
    [
        "BOOL", "F4", "F6_E2M3", "F6_E3M2", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ",
        "I16", "U16", "F16", "BF16", "I32", "U32", "F32", "C64", "F64", "I64", "U64",
    ];

    private static readonly byte[][] s_utf8Names = [.. s_names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>All names that a file may use, in the order of the types, as a file has them.</summary>
    public static ReadOnlySpan<byte[]> Utf8Names => s_utf8Names;

    public static string Name(this ElementType type) => s_names[(int)type];

    /// <summary>The size of an element in bits.</summary>
    public static int Bits(this ElementType type) => type switch
    {
        ElementType.F4 => 4,
        ElementType.F6E2M3 or ElementType.F6E3M2 => 6,
        < ElementType.I16 => 8,
        < ElementType.I32 => 16,
        < ElementType.C64 => 32,
        _ => 64,
    };

    /// <summary>Whether the elements are floats that an F32 holds, exactly or rounded.</summary>
    public static bool IsReadAsFloat(this ElementType type) =>
        type is ElementType.F32 or ElementType.F64 or ElementType.F16 or ElementType.BF16;
}
