using System.Runtime.CompilerServices;

namespace TensorEngine.Autograd;

/// <summary>Memory that is allocated and released in any order; adjacent free blocks are joined.</summary>
internal sealed class FreeMemory
{
    private const int LeastChunk = 1 << 14;

    private readonly List<Chunk> _chunks = [];

    // By chunk and start; no two of them touch.
    private readonly List<Block> _free = [];

    /// <summary>Allocates memory with arbitrary contents.</summary>
    public Block Take(int length)
    {
        int padded = Chunk.Padded(length);
        for (int i = 0; i < _free.Count; i++)
        {
            Block free = _free[i];
            if (free.Length < padded)
                continue;
            if (free.Length == padded)
                _free.RemoveAt(i);
            else
                _free[i] = new Block(free.Chunk, free.Start + padded, free.Length - padded);
            return new Block(free.Chunk, free.Start, length);
        }

        var chunk = new Chunk(Math.Max(padded, LeastChunk));
        _chunks.Add(chunk);
        if (chunk.Length > padded)
            _free.Add(new Block(_chunks.Count - 1, padded, chunk.Length - padded));
        return new Block(_chunks.Count - 1, 0, length);
    }

    /// <summary>Releases a block from <see cref="Take"/>.</summary>
    public void Give(Block block)
    {
        int length = Chunk.Padded(block.Length);
        int place = 0;
        while (place < _free.Count && IsBefore(_free[place], block))
            place++;
        if (place < _free.Count && _free[place].Chunk == block.Chunk && _free[place].Start == block.Start + length)
        {
            length += _free[place].Length;
            _free.RemoveAt(place);
        }

        if (place > 0 && _free[place - 1].Chunk == block.Chunk && _free[place - 1].Start + _free[place - 1].Length == block.Start)
            _free[place - 1] = _free[place - 1] with { Length = _free[place - 1].Length + length };
        else
            _free.Insert(place, new Block(block.Chunk, block.Start, length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> Span(Block block) => _chunks[block.Chunk].Span(block.Start, block.Length);

    private static bool IsBefore(Block free, Block block) =>
        free.Chunk < block.Chunk || (free.Chunk == block.Chunk && free.Start < block.Start);
}
