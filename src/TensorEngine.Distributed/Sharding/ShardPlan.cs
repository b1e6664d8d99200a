using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Sharding;

/// <summary>
/// Specifies which rank has which elements of the trainable parameters, in rank order, cut into the chunks that are exchanged at a time.
/// </summary>
internal sealed class ShardPlan
{
    /// <summary>The number of floats sent at a time: half a megabyte, which is still in the cache when it is added.</summary>
    public const int ChunkLength = 128 << 10;

    private readonly Segment[] _segments;
    private readonly Segment[][] _pieces;
    private readonly Segment[][] _chunks;

    public ShardPlan(ReadOnlySpan<Segment> segments, ReadOnlySpan<int> cuts)
    {
        _segments = segments.ToArray();
        _pieces = new Segment[cuts.Length - 1][];
        _chunks = new Segment[_pieces.Length][];
        for (int rank = 0; rank < _pieces.Length; rank++)
        {
            _pieces[rank] = [.. Pieces(_segments, cuts[rank], cuts[rank + 1])];
            _chunks[rank] = [.. _pieces[rank].SelectMany(Chunks)];
        }

        ChunkCount = _chunks.Max(chunks => chunks.Length);
        Norm = new NormBlocks(_segments, cuts);
    }

    /// <summary>Gets the maximum number of chunks of a rank.</summary>
    public int ChunkCount { get; }

    /// <summary>Gets the blocks from which the global norm is computed.</summary>
    public NormBlocks Norm { get; }

    /// <summary>The trainable parameters of all ranks.</summary>
    public ReadOnlySpan<Segment> Segments => _segments;

    /// <summary>Gets the trainable segments of a rank.</summary>
    public ReadOnlySpan<Segment> PiecesOf(int rank) => _pieces[rank];

    /// <summary>The same in chunks.</summary>
    public ReadOnlySpan<Segment> ChunksOf(int rank) => _chunks[rank];

    public bool IsFor(ReadOnlySpan<Segment> segments) => segments.SequenceEqual(_segments);

    private static IEnumerable<Segment> Pieces(Segment[] segments, int start, int end)
    {
        foreach (Segment segment in segments)
        {
            int from = Math.Max(start, segment.Offset), to = Math.Min(end, segment.Offset + segment.Length);
            if (from < to)
                yield return new Segment(from, from, to - from);
        }
    }

    private static IEnumerable<Segment> Chunks(Segment piece)
    {
        for (int done = 0; done < piece.Length; done += ChunkLength)
            yield return new Segment(piece.Offset + done, piece.Offset + done, Math.Min(ChunkLength, piece.Length - done));
    }
}
