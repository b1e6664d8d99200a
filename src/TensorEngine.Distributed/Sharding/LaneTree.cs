using System.Numerics;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Sharding;

/// <summary>
/// The sum of what lanes leave behind one after the other, in the order of a fixed tree: lanes 0 and 1, lanes 2 and 3, then these sums, and
/// so on. A carry as in counting takes one buffer for each level.
/// </summary>
/// <param name="laneCount">How many lanes are summed; a power of two.</param>
/// <param name="length">The elements of a lane, with the gaps between the segments.</param>
internal sealed class LaneTree(int laneCount, int length)
{
    private readonly float[][] _levels =
        [.. Enumerable.Range(0, BitOperations.Log2((uint)laneCount)).Select(_ => GC.AllocateUninitializedArray<float>(length))];

    /// <summary>Takes a lane's elements in; after the last lane they are the sum, after another one 0.</summary>
    /// <param name="lane">Which of the lanes, which come in order.</param>
    /// <param name="values">The elements.</param>
    /// <param name="segments">Where among them something is.</param>
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
