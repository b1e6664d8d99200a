using System.Numerics;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Sharding;

/// <summary>
/// Sums what the lanes produce one after the other, in the order of a fixed tree: lanes 0 and 1, lanes 2 and 3, then these sums, and so on.
/// As in binary counting, each level takes one buffer for its carry.
/// </summary>
/// <param name="laneCount">The number of lanes to sum; a power of two.</param>
/// <param name="length">The elements of a lane, with the gaps between the segments.</param>
internal sealed class LaneTree(int laneCount, int length)
{
    private readonly float[][] _levels =
        [.. Enumerable.Range(0, BitOperations.Log2((uint)laneCount)).Select(_ => GC.AllocateUninitializedArray<float>(length))];

    /// <summary>Adds a lane's elements; after the last lane they are the sum, after any other 0.</summary>
    /// <param name="lane">The index of the lane; lanes come in order.</param>
    /// <param name="values">The elements.</param>
    /// <param name="segments">The segments of the values that are in use.</param>
    /// <param name="workers">The threads that share the work, or null.</param>
    public void Add(int lane, Span<float> values, ReadOnlySpan<Segment> segments, Workers? workers)
    {
        foreach (Segment segment in segments)
            Add(lane, segment.Offset, values.Slice(segment.Offset, segment.Length), workers);
    }

    private void Add(int lane, int offset, Span<float> values, Workers? workers)
    {
        int carries = BitOperations.TrailingZeroCount(~(uint)lane);
        bool isLast = lane == laneCount - 1;
        for (int level = 0; level < carries; level++)
        {
            // The last sum of a carry goes where it is kept.
            Span<float> sum = isLast || level < carries - 1 ? values : Level(carries, offset, values.Length);
            Map.Run(default(Sum), Level(level, offset, values.Length), values, sum, workers);
        }

        if (isLast)
            return;
        if (carries == 0)
            values.CopyTo(Level(0, offset, values.Length));
        values.Clear();
    }

    private Span<float> Level(int level, int offset, int count) => _levels[level].AsSpan(offset, count);
}
