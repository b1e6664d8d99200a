namespace TensorEngine.Compression;

/// <summary>Specifies how an optimizer stores the state of a parameter in memory.</summary>
public enum StateCodec
{
    /// <summary>4 bytes for each element, exact.</summary>
    Float32,

    /// <summary>2 bytes for each element: the upper half of the float, rounded by dithering. About three significant digits.</summary>
    BFloat16,

    /// <summary>
    /// 1 byte for each element, and one for each block of 32 elements: the exponent of the block's largest magnitude. About 3 bits of
    /// mantissa; state with a sign reaches 14 binades below the largest, state without one
    /// (<see cref="Optimizers.Stepping.StateName.IsNonNegative"/>) 30, and both continue in even steps below that. Rounded by dithering.
    /// </summary>
    Block8,
}
