namespace TensorEngine.Optimizers.Stepping;

/// <summary>A stretch of elements that one sweep steps.</summary>
/// <param name="Offset">The index of its first element in values and gradients.</param>
/// <param name="StateOffset">The index of its first element in state, which may cover only a part of a store.</param>
/// <param name="Length">The number of elements.</param>
public readonly record struct Segment(int Offset, int StateOffset, int Length)
{
    /// <summary>
    /// The index of the first element in its parameter, on which the dither of compressed state depends; 0 if a segment starts with a
    /// parameter or state is not compressed.
    /// </summary>
    internal int Index { get; init; }
}
