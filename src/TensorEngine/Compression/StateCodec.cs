namespace TensorEngine.Compression;

/// <summary>Specifies how an optimizer stores the state of a parameter in memory.</summary>
public enum StateCodec
{
    /// <summary>4 bytes for each element, exact.</summary>
    Float32,

    /// <summary>2 bytes for each element: the upper half of the float, rounded by dithering. About three significant digits.</summary>
    BFloat16,

    /// <summary>
    /// 1 byte for each element, and one for each block of 32 elements: the exponent of the block's largest magnitude. State with a sign
    /// takes 4 bits of exponent and 3 of mantissa; for state without one (<see cref="Optimizers.Stepping.StateName.IsNonNegative"/>) the
    /// square root is stored with 4 and 4 bits. Rounded by dithering.
    /// </summary>
    Block8,
}
