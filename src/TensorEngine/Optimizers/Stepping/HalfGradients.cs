using TensorEngine.Compression;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// What a step asks of all gradients where they are kept as bf16: they are widened a block at a time, and blocks are added in their order,
/// by the calling thread alone.
/// </summary>
internal static class HalfGradients
{
    private const int Block = 4096;

    /// <summary>The largest magnitude; NaN if one is NaN.</summary>
    public static float Largest(ParameterStore store, Segment segment)
    {
        Span<float> block = stackalloc float[Block];
        ReadOnlySpan<ushort> gradients = store.BFloat16Gradients.Slice(segment.Offset, segment.Length);
        float largest = 0;
        for (int i = 0; i < gradients.Length; i += Block)
            largest = Math.Max(largest, LargestMagnitude.Of(Widened(gradients, i, block), workers: null));
        return largest;
    }

    /// <summary>The sum of the powers of the magnitudes.</summary>
    public static double Sum(ParameterStore store, Segment segment, in GradientPower power)
    {
        Span<float> block = stackalloc float[Block];
        ReadOnlySpan<ushort> gradients = store.BFloat16Gradients.Slice(segment.Offset, segment.Length);
        double sum = 0;
        for (int i = 0; i < gradients.Length; i += Block)
            sum += power.SumOf(Widened(gradients, i, block), workers: null);
        return sum;
    }

    private static ReadOnlySpan<float> Widened(ReadOnlySpan<ushort> gradients, int start, Span<float> block)
    {
        Span<float> floats = block[..Math.Min(Block, gradients.Length - start)];
        BFloat16.Widen(gradients.Slice(start, floats.Length), floats);
        return floats;
    }
}
