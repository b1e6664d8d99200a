namespace TensorEngine;

/// <summary>Specifies how a <see cref="ParameterStore"/> keeps values and gradients in memory.</summary>
public enum ValuePrecision
{
    /// <summary>4 bytes each, exact.</summary>
    Float32,

    /// <summary>
    /// 2 bytes each: the upper half of a float, about three significant digits. Steps round values by dithering, so that steps smaller than
    /// a unit add up.
    /// </summary>
    BFloat16,
}
