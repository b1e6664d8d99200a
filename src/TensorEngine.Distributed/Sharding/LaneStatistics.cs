using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Sharding;

/// <summary>
/// Values that lanes change themselves: every lane starts from the same values, and the result is the mean over the lanes, added by the
/// same tree as gradients.
/// </summary>
internal sealed class LaneStatistics
{
    private readonly Parameter[] _parameters;
    private readonly Transport _transport;
    private readonly LaneTree _tree;
    private readonly Segment[] _segments;
    private readonly float[] _start;
    private readonly float[] _sum;
    private readonly float[] _all;
    private readonly float _factor;

    public LaneStatistics(IEnumerable<Parameter> parameters, Transport transport, int batchLanes)
    {
        _parameters = [.. parameters];
        _transport = transport;
        _factor = 1f / batchLanes;
        int length = _parameters.Sum(parameter => parameter.Length);
        _segments = length > 0 ? [new Segment(0, 0, length)] : [];
        _tree = new LaneTree(batchLanes / transport.Size, length);
        _start = new float[length];
        _sum = new float[length];
        _all = new float[length * transport.Size];
    }

    /// <summary>Stores the values that lanes start from.</summary>
    public void Begin() => Take(_start);

    /// <summary>Adds the values at the end of a lane.</summary>
    public void EndLane(int lane)
    {
        Take(_sum);
        _tree.Add(lane, _sum, _segments, workers: null);
        Put(_start);
    }

    /// <summary>Replaces the values with the mean over all lanes of all ranks.</summary>
    public void Finish()
    {
        int length = _sum.Length;
        if (length == 0)
            return;
        _transport.AllGather<float>(_sum, _all);
        for (int distance = 1; distance < _transport.Size; distance *= 2)
        {
            for (int rank = 0; rank < _transport.Size; rank += 2 * distance)
                Map.Run(default(Sum), Of(rank), Of(rank + distance), Of(rank));
        }

        Map.Run(new Scaled(_factor), Of(0), _sum);
        Put(_sum);

        Span<float> Of(int rank) => _all.AsSpan(rank * length, length);
    }

    private void Take(Span<float> to)
    {
        foreach (Parameter parameter in _parameters)
        {
            parameter.Values.CopyTo(to);
            to = to[parameter.Length..];
        }
    }

    private void Put(ReadOnlySpan<float> from)
    {
        foreach (Parameter parameter in _parameters)
        {
            from[..parameter.Length].CopyTo(parameter.Values);
            from = from[parameter.Length..];
        }
    }
}
