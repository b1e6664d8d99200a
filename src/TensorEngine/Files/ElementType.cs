namespace TensorEngine.Files;

/// <summary>
/// The types of elements that a safetensors file may hold, named as the file names them, in the order of the format's library:
/// <see href="https://github.com/huggingface/safetensors">safetensors</see>. A file's tensors are sorted by it, the largest first.
/// </summary>
public enum ElementType
{
    /// <summary><c>BOOL</c>: one byte, 0 or 1.</summary>
    Bool,

    /// <summary><c>F4</c>: a float of 4 bits.</summary>
    F4,

    /// <summary><c>F6_E2M3</c>: a float of 6 bits, 2 of them exponent.</summary>
    F6E2M3,

    /// <summary><c>F6_E3M2</c>: a float of 6 bits, 3 of them exponent.</summary>
    F6E3M2,

    /// <summary><c>U8</c>: an unsigned integer of 8 bits.</summary>
    U8,

    /// <summary><c>I8</c>: a signed integer of 8 bits.</summary>
    I8,

    /// <summary><c>F8_E5M2</c>: a float of 8 bits, 5 of them exponent.</summary>
    F8E5M2,

    /// <summary><c>F8_E4M3</c>: a float of 8 bits, 4 of them exponent.</summary>
    F8E4M3,

    /// <summary><c>F8_E8M0</c>: a power of 2 in 8 bits.</summary>
    F8E8M0,

    /// <summary><c>F8_E4M3FNUZ</c>: a float of 8 bits, 4 of them exponent, without infinities and negative zero.</summary>
    F8E4M3Fnuz,

    /// <summary><c>F8_E5M2FNUZ</c>: a float of 8 bits, 5 of them exponent, without infinities and negative zero.</summary>
    F8E5M2Fnuz,

    /// <summary><c>I16</c>: a signed integer of 16 bits.</summary>
    I16,

    /// <summary><c>U16</c>: an unsigned integer of 16 bits.</summary>
    U16,

    /// <summary><c>F16</c>: IEEE 754 binary16, .NET's <see cref="Half"/>.</summary>
    F16,

    /// <summary><c>BF16</c>: the upper 16 bits of a <c>F32</c>.</summary>
    BF16,

    /// <summary><c>I32</c>: a signed integer of 32 bits.</summary>
    I32,

    /// <summary><c>U32</c>: an unsigned integer of 32 bits.</summary>
    U32,

    /// <summary><c>F32</c>: IEEE 754 binary32, .NET's <see cref="float"/>.</summary>
    F32,

    /// <summary><c>C64</c>: a complex number of two <c>F32</c>.</summary>
    C64,

    /// <summary><c>F64</c>: IEEE 754 binary64, .NET's <see cref="double"/>.</summary>
    F64,

    /// <summary><c>I64</c>: a signed integer of 64 bits.</summary>
    I64,

    /// <summary><c>U64</c>: an unsigned integer of 64 bits.</summary>
    U64,
}
