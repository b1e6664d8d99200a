using System.Numerics;

namespace TensorEngine.Distributed.Sharding;

/// <summary>The order in which sums are added, whichever rank computed them.</summary>
internal static class PairwiseSum
{
    /// <summary>The sum by the tree of <see cref="Numerics.Reduction"/>, given the sums of its blocks.</summary>
    public static double Of(ReadOnlySpan<double> blocks)
    {
        if (blocks.Length <= 1)
            return blocks.IsEmpty ? 0 : blocks[0];
        int left = (int)(BitOperations.RoundUpToPowerOf2((uint)blocks.Length) / 2);
        return Of(blocks[..left]) + Of(blocks[left..]);
    }
}
