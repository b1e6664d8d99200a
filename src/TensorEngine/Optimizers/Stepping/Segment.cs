namespace TensorEngine.Optimizers.Stepping;

/// <summary>A stretch of elements that one sweep steps.</summary>
/// <param name="Offset">Where it starts in values and gradients.</param>
/// <param name="StateOffset">Where it starts in state, which may cover only a part of a store.</param>
/// <param name="Length">The number of elements.</param>
public readonly record struct Segment(int Offset, int StateOffset, int Length)
{
    /// <summary>
    /// The place of the first element in its parameter, which the dither of compressed state depends on; 0 where a segment starts with a
    /// parameter, or state is not compressed.
    /// </summary>
    internal int Index { get; init; }
}
