using System.Diagnostics;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Computes two squared norms of every parameter when each part of a shard has some of its blocks: each part sums its blocks, all parts
/// exchange their sums, and the sums of a parameter are added by the tree of <see cref="Reduction"/>. The bits are those of the whole
/// parameter on one process.
/// </summary>
internal sealed class ShardNorms
{
    /// <summary>The number of elements summed at once; parts end at multiples of it.</summary>
    public const int Block = LaneSum.Block;

    private const int Kinds = 2;

    private readonly ParameterSlots _slots;
    private readonly int[] _firstBlocks;
    private readonly int[] _cuts;
    private readonly double[] _sums;

    public ShardNorms(ParameterSlots slots)
    {
        _slots = slots;
        _firstBlocks = new int[slots.Parameters.Count + 1];
        for (int slot = 0; slot < slots.Parameters.Count; slot++)
            _firstBlocks[slot + 1] = _firstBlocks[slot] + (slots.Parameters[slot].Length - 1) / Block + 1;
        _cuts = [.. slots.Shard!.Cuts.ToArray().Select(SumsBefore)];
        _sums = GC.AllocateArray<double>(_cuts[^1], pinned: true);
    }

    /// <summary>Throws if no exchange of sums is set.</summary>
    public void CheckExchange()
    {
        if (_slots.Shard!.ExchangeSums is null)
        {
            throw new InvalidOperationException(
                $"ExchangeSums of {_slots.Shard} is null; set it before the step, which needs norms of parameters that other parts have "
                + "elements of.");
        }
    }

    /// <summary>Sums the squares of this part's elements of a parameter; with a bound, of the clamped elements.</summary>
    /// <param name="slot">The index of the parameter.</param>
    /// <param name="kind">Which of its norms: 0 or 1.</param>
    /// <param name="piece">This part's elements of the parameter.</param>
    /// <param name="workers">The threads that share the work, or null.</param>
    /// <param name="factor">The factor by which elements are multiplied before clamping.</param>
    /// <param name="bound">The magnitude to which they are clamped; null for neither factor nor clamping.</param>
    public void Add(
        int slot, int kind, ReadOnlySpan<float> piece, Workers? workers, float factor = 1, float? bound = null)
    {
        (int start, int length) = _slots.PieceOf(slot);
        Debug.Assert(start % Block == 0 && length == piece.Length, $"A piece of {piece.Length} elements from {start} on.");
        WorkParts parts = Workers.Divide(workers, length, LaneSum.NanosecondsPerElement, Block);
        var work = new Blocks(piece, factor, bound, parts, _sums.AsSpan(Kinds * (_firstBlocks[slot] + start / Block) + kind));
        Workers.Run(workers, ref work, parts.Count);
    }

    /// <summary>Exchanges the sums with the other parts; all parts must call this method.</summary>
    public void Exchange() => _slots.Shard!.ExchangeSums!(_sums, _cuts);

    /// <summary>The squared norm of a whole parameter.</summary>
    public double SquaredNorm(int slot, int kind)
    {
        int first = _firstBlocks[slot];
        return PairwiseTree.Sum(new Leaves(_sums.AsSpan(Kinds * first + kind)), _firstBlocks[slot + 1] - first, block: 1);
    }

    private int SumsBefore(int cut)
    {
        int blocks = 0;
        for (int slot = 0; slot < _slots.Parameters.Count; slot++)
        {
            int before = (cut - _slots.Parameters[slot].Offset + Block - 1) / Block;
            blocks += Math.Clamp(before, 0, _firstBlocks[slot + 1] - _firstBlocks[slot]);
        }

        return Kinds * blocks;
    }

    private readonly ref struct Blocks(ReadOnlySpan<float> values, float factor, float? bound, WorkParts parts, Span<double> sums) : IWork
    {
        private readonly ReadOnlySpan<float> _values = values;
        private readonly Span<double> _sums = sums;

        public void Run(int part)
        {
            (int start, int length) = parts.Of(part);
            for (int block = start; block < start + length; block += Block)
            {
                ReadOnlySpan<float> one = _values.Slice(block, Math.Min(Block, start + length - block));
                _sums[Kinds * (block / Block)] = bound is { } limit
                    ? Reduction.SquaredNormClamped(one, factor, limit)
                    : Reduction.SquaredNorm(one);
            }
        }
    }

    private readonly ref struct Leaves(ReadOnlySpan<double> sums) : IBlockSums
    {
        private readonly ReadOnlySpan<double> _sums = sums;

        public double Sum(int start, int length) => _sums[Kinds * start];
    }
}
