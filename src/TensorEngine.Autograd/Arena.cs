using System.Runtime.CompilerServices;

namespace TensorEngine.Autograd;

/// <summary>
/// Memory that is handed out piece after piece and taken back all at once. The same requests find the same places again, so that
/// nothing is allocated from the second time on.
/// </summary>
internal sealed class Arena
{
    private const int LeastChunk = 1 << 14;

    private readonly List<Chunk> _chunks = [];
    private int _chunk;
    private int _used;

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
            _chunks.Add(new Chunk(Math.Max(padded, LeastChunk)));
        var block = new Block(_chunk, _used, length);
        _used += padded;
        return block;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> Span(Block block) => _chunks[block.Chunk].Span(block.Start, block.Length);

    /// <summary>Takes everything back.</summary>
    public void Clear() => (_chunk, _used) = (0, 0);
}
