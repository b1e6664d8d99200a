using System.Runtime.CompilerServices;

namespace TensorEngine.Autograd;

/// <summary>
/// Memory that is handed out piece after piece and taken back all at once. The same requests find the same places again, so that
/// nothing is allocated from the second time on.
/// </summary>
internal sealed class Arena
{
    private const int LeastChunk = 1 << 16;

    private readonly List<Chunk> _chunks = [];
    private int _chunk;
    private int _used;

    /// <summary>All floats that were ever needed at once, and what lay between them.</summary>
    public long Capacity
    {
        get
        {
            long sum = 0;
            foreach (Chunk chunk in _chunks)
                sum += chunk.Length;
            return sum;
        }
    }

    /// <summary>Takes memory of any contents.</summary>
    public Block Take(int length)
    {
        int padded = Chunk.Padded(length);
        while (_chunk < _chunks.Count && _chunks[_chunk].Length - _used < padded)
        {
            _chunk++;
            _used = 0;
        }

        if (_chunk == _chunks.Count)
            _chunks.Add(new Chunk(Math.Max(padded, NextChunk())));
        var block = new Block(_chunk, _used, length);
        _used += padded;
        return block;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> Span(Block block) => _chunks[block.Chunk].Span(block.Start, block.Length);

    /// <summary>Takes everything back.</summary>
    public void Clear() => (_chunk, _used) = (0, 0);

    // Half of what there is already: few chunks, and little memory that nobody uses.
    private int NextChunk() => (int)Math.Clamp(Capacity / 2 / Chunk.Alignment * Chunk.Alignment, LeastChunk, Chunk.MaxLength);
}
