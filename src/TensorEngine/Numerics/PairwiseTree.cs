using System.Diagnostics;
using System.Numerics;

namespace TensorEngine.Numerics;

/// <summary>Elements in a row, of which any piece of at most a block can be summed.</summary>
internal interface IBlockSums
{
    /// <summary>The sum of <paramref name="length"/> elements from <paramref name="start"/> on.</summary>
    double Sum(int start, int length);
}

/// <summary>
/// The tree in which sums are added: its left half has the largest power of two of blocks that leaves at least one to the right half. Its
/// shape depends only on the number of elements, not on the width or the number of threads.
/// </summary>
internal static class PairwiseTree
{
    /// <summary>The sum of all elements.</summary>
    /// <param name="blocks">The elements.</param>
    /// <param name="length">How many there are; for none, what their sum is.</param>
    /// <param name="block">The elements that are summed at once.</param>
    public static double Sum<TBlocks>(scoped in TBlocks blocks, int length, int block)
        where TBlocks : struct, IBlockSums, allows ref struct => Branch(blocks, 0, length, block);

    /// <summary>Computes the same sum on several threads, with the same bits, if it is long enough.</summary>
    public static double Sum<TBlocks>(scoped in TBlocks blocks, int length, int block, double nanosecondsPerElement, Workers? workers)
        where TBlocks : struct, IBlockSums, allows ref struct
    {
        WorkParts equal = Workers.Divide(workers, length, nanosecondsPerElement, block);
        if (equal.Count == 1)
            return Sum(blocks, length, block);
        // Parts of a power of two of blocks are whole branches of the tree, of which the rest is added here.
        int perPart = (int)BitOperations.RoundUpToPowerOf2((uint)(equal.Length / block)) * block;
        var parts = new WorkParts(length, perPart);
        Span<double> sums = stackalloc double[parts.Count];
        var work = new Branches<TBlocks>(blocks, parts, block, sums);
        Workers.Run(workers, ref work, parts.Count);
        return Sum(new Leaves(sums), sums.Length, 1);
    }

    private static double Branch<TBlocks>(scoped in TBlocks blocks, int start, int length, int block)
        where TBlocks : struct, IBlockSums, allows ref struct
    {
        if (length <= block)
            return blocks.Sum(start, length);
        int left = block * (int)(BitOperations.RoundUpToPowerOf2((uint)((length - 1) / block + 1)) / 2);
        Debug.Assert(left > 0 && left < length, $"{left} of {length} elements in the left half.");
        return Branch(blocks, start, left, block) + Branch(blocks, start + left, length - left, block);
    }

    private readonly ref struct Branches<TBlocks>(in TBlocks blocks, WorkParts parts, int block, Span<double> sums) : IWork
        where TBlocks : struct, IBlockSums, allows ref struct
    {
        private readonly TBlocks _blocks = blocks;
        private readonly Span<double> _sums = sums;

        public void Run(int part)
        {
            (int start, int length) = parts.Of(part);
            _sums[part] = Branch(_blocks, start, length, block);
        }
    }

    /// <summary>Sums that are there already, as blocks of one.</summary>
    internal readonly ref struct Leaves(ReadOnlySpan<double> sums) : IBlockSums
    {
        private readonly ReadOnlySpan<double> _sums = sums;

        public double Sum(int start, int length) => _sums[start];
    }
}
