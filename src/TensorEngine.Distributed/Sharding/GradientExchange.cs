using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Sharding;

/// <summary>
/// Adds the gradients of all ranks, each element on the rank that steps it: the upper levels of the tree that <see cref="LaneTree"/> began.
/// Every rank sends the parts of the others, which is the volume of a reduce-scatter, and adds what it receives in the order of the tree.
/// </summary>
internal sealed class GradientExchange
{
    private readonly Transport _transport;
    private readonly float[][] _received;

    public GradientExchange(Transport transport)
    {
        _transport = transport;
        _received = new float[transport.Size][];
        for (int rank = 0; rank < _received.Length; rank++)
            _received[rank] = rank == transport.Rank ? [] : GC.AllocateUninitializedArray<float>(ShardPlan.ChunkLength, pinned: true);
    }

    /// <summary>Adds the gradients; afterward only the part of this rank is correct.</summary>
    /// <param name="gradients">The gradients of this rank's lanes.</param>
    /// <param name="plan">Who has what.</param>
    /// <param name="factor">The factor of the sums: a power of two.</param>
    /// <param name="workers">The threads that share the work, or null.</param>
    public void Reduce(Span<float> gradients, ShardPlan plan, float factor, Workers? workers)
    {
        if (_transport.Size == 1)
        {
            foreach (Segment segment in factor == 1 ? [] : plan.Segments)
            {
                Span<float> values = gradients.Slice(segment.Offset, segment.Length);
                Map.Run(new Scaled(factor), values, values, workers);
            }

            return;
        }

        ReadOnlySpan<Segment> own = plan.ChunksOf(_transport.Rank);
        for (int chunk = 0; chunk < plan.ChunkCount; chunk++)
        {
            for (int step = 1; step < _transport.Size; step++)
            {
                (int to, int from) = _transport.Partners(step);
                ReadOnlySpan<Segment> others = plan.ChunksOf(to);
                if (chunk < others.Length)
                    _transport.BeginSend<float>(to, gradients.Slice(others[chunk].Offset, others[chunk].Length));
                if (chunk < own.Length)
                    _transport.BeginReceive(from, _received[from].AsSpan(0, own[chunk].Length));
            }

            _transport.Complete();
            if (chunk < own.Length)
                Add(gradients.Slice(own[chunk].Offset, own[chunk].Length), factor, workers);
        }
    }

    private void Add(Span<float> own, float factor, Workers? workers)
    {
        int size = _transport.Size;
        for (int distance = 1; distance < size / 2; distance *= 2)
        {
            for (int rank = 0; rank < size; rank += 2 * distance)
            {
                Span<float> left = Of(rank, own);
                Map.Run(default(Sum), left, Of(rank + distance, own), left, workers);
            }
        }

        Map.Run(new ScaledSum(factor), Of(0, own), Of(size / 2, own), own, workers);
    }

    private Span<float> Of(int rank, Span<float> own) => rank == _transport.Rank ? own : _received[rank].AsSpan(0, own.Length);
}
