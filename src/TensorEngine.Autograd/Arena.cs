using System.Runtime.CompilerServices;

namespace TensorEngine.Autograd;

/// <summary>
/// Memory that is allocated piece by piece and reclaimed all at once. The same requests get the same blocks again, so nothing is allocated
/// after the first time.
/// </summary>
internal sealed class Arena
{
    private const int LeastChunk = 1 << 14;

    private readonly List<Chunk> _chunks = [];
    private int _chunk;
    private int _used;

    /// <summary>Allocates memory with arbitrary contents.</summary>
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

    /// <summary>Reclaims all memory.</summary>
    public void Clear() => (_chunk, _used) = (0, 0);
}
