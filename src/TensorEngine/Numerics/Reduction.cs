using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>
/// Sums, carried in double and in one fixed shape, so that the bits depend neither on the width nor on the number of threads:
/// in blocks of 4096 elements, element i goes to virtual lane i mod 64; the lanes of a block, and then the blocks, are added
/// pairwise.
/// </summary>
public static class Reduction
{
    private const int Lanes = 64;
    private const int Block = 4096;
    private const int ElementsPerNanosecond = 8;

    /// <summary>The sum of all elements; 0 for none.</summary>
    /// <param name="values">Any length.</param>
    /// <param name="workers">Who helps; null for nobody.</param>
    public static double Sum(ReadOnlySpan<float> values, Workers? workers = null) => OverParts<Identity>(values, workers);

    /// <summary>
    /// The sum of the squares of all elements; 0 for none. Squares are exact in double, so that finite elements never give an
    /// infinite sum.
    /// </summary>
    /// <param name="values">Any length.</param>
    /// <param name="workers">Who helps; null for nobody.</param>
    public static double SquaredNorm(ReadOnlySpan<float> values, Workers? workers = null) => OverParts<Square>(values, workers);

    /// <summary>The sum of the squares of clamp(factor * value), the product rounded as in a step.</summary>
    internal static double SquaredNormClamped(ReadOnlySpan<float> values, float factor, float bound)
    {
        if (values.Length > Block)
        {
            int left = LeftPart(values.Length);
            return SquaredNormClamped(values[..left], factor, bound) + SquaredNormClamped(values[left..], factor, bound);
        }

        Span<float> terms = stackalloc float[values.Length];
        TensorPrimitives.Multiply(values, factor, terms);
        TensorPrimitives.Max(terms, -bound, terms);
        TensorPrimitives.Min(terms, bound, terms);
        return SquaredNorm(terms);
    }

    /// <summary>The sum of every column: of its elements in the order of the rows, carried in double and narrowed once.</summary>
    /// <param name="matrix">[rows, columns], row by row; the columns are as many as the destination has elements.</param>
    /// <param name="destination">[columns], apart from <paramref name="matrix"/>.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> is empty, does not divide the matrix into rows, or overlaps it.
    /// </exception>
    public static void ColumnSums(ReadOnlySpan<float> matrix, Span<float> destination)
    {
        Require.Rows(matrix, destination);
        Require.Apart(destination, matrix);
        var kernel = new ColumnKernel<Identity>(matrix, destination, divisor: 1);
        LaneDispatch.Double(ref kernel);
    }

    /// <summary>The mean of the squares of every column, in the order of <see cref="ColumnSums"/>.</summary>
    internal static void ColumnMeanSquares(ReadOnlySpan<float> matrix, Span<float> destination)
    {
        var kernel = new ColumnKernel<Square>(matrix, destination, divisor: matrix.Length / destination.Length);
        LaneDispatch.Double(ref kernel);
    }

    // Parts of a power of two of blocks are whole branches of the tree, of which the rest is added here.
    private static double OverParts<TTerm>(ReadOnlySpan<float> values, Workers? workers)
        where TTerm : struct, ITerm
    {
        int parts = Workers.PartsFor(workers, values.Length / ElementsPerNanosecond);
        if (parts == 1)
            return OverBlocks<TTerm>(values);
        int blocks = (values.Length - 1) / Block + 1;
        int perPart = (int)BitOperations.RoundUpToPowerOf2((uint)((blocks - 1) / parts + 1));
        Span<double> sums = stackalloc double[(blocks - 1) / perPart + 1];
        var work = new PartSums<TTerm>(values, perPart * Block, sums);
        Workers.Run(workers, ref work, sums.Length);
        return Pairwise(sums);
    }

    private static double Pairwise(ReadOnlySpan<double> sums)
    {
        if (sums.Length == 1)
            return sums[0];
        int left = (int)(BitOperations.RoundUpToPowerOf2((uint)sums.Length) / 2);
        return Pairwise(sums[..left]) + Pairwise(sums[left..]);
    }

    private readonly ref struct PartSums<TTerm>(ReadOnlySpan<float> values, int partLength, Span<double> sums) : IWork
        where TTerm : struct, ITerm
    {
        private readonly ReadOnlySpan<float> _values = values;
        private readonly Span<double> _sums = sums;

        public void Run(int part)
        {
            ReadOnlySpan<float> rest = _values[(part * partLength)..];
            _sums[part] = OverBlocks<TTerm>(rest[..Math.Min(partLength, rest.Length)]);
        }
    }

    // The left half has the largest power of two of blocks that leaves something to the right one.
    private static double OverBlocks<TTerm>(ReadOnlySpan<float> values)
        where TTerm : struct, ITerm
    {
        if (values.Length <= Block)
            return OverLanes<TTerm>(values);
        int left = LeftPart(values.Length);
        return OverBlocks<TTerm>(values[..left]) + OverBlocks<TTerm>(values[left..]);
    }

    private static int LeftPart(int length)
    {
        int blocks = (length - 1) / Block + 1;
        return Block * (int)(BitOperations.RoundUpToPowerOf2((uint)blocks) / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double OverLanes<TTerm>(ReadOnlySpan<float> block)
        where TTerm : struct, ITerm
    {
        Span<double> lanes = stackalloc double[Lanes];
        lanes.Clear();
        if (block.Length < Lanes)
        {
            // Once around at the most, as for the rows of a small matrix.
            for (int i = 0; i < block.Length; i++)
                (default(DoubleLane1) + TTerm.Of(DoubleLane1.LoadFloats(in block[i], 0))).Store(ref lanes[i], 0);
        }
        else
        {
            var kernel = new LaneKernel<TTerm>(block, lanes);
            LaneDispatch.Double(ref kernel);
        }

        // Lanes that no element reached are 0 and are left out.
        int used = Math.Min(Lanes, block.Length);
        for (int half = (int)BitOperations.RoundUpToPowerOf2((uint)used) / 2; half > 0; half /= 2)
        {
            for (int lane = 0; lane < half; lane++)
                lanes[lane] += lanes[lane + half];
        }

        return lanes[0];
    }

    private interface ITerm
    {
        static abstract TDouble Of<TDouble>(TDouble value)
            where TDouble : struct, IDoubleLane<TDouble>;
    }

    private readonly struct Identity : ITerm
    {
        public static TDouble Of<TDouble>(TDouble value)
            where TDouble : struct, IDoubleLane<TDouble> => value;
    }

    private readonly struct Square : ITerm
    {
        public static TDouble Of<TDouble>(TDouble value)
            where TDouble : struct, IDoubleLane<TDouble> => value * value;
    }

    private readonly ref struct LaneKernel<TTerm>(ReadOnlySpan<float> block, Span<double> lanes) : IDoubleKernel
        where TTerm : struct, ITerm
    {
        private readonly ReadOnlySpan<float> _block = block;
        private readonly Span<double> _lanes = lanes;

        public void Run<TDouble>()
            where TDouble : struct, IDoubleLane<TDouble>
        {
            int whole = _block.Length / Lanes * Lanes;
            // Eight registers of sums hide the latency of the addition; narrow registers go over the block several times.
            if (whole > 0)
            {
                for (int first = 0; first < Lanes; first += 8 * TDouble.Width)
                    EightRegisters<TDouble>(in MemoryMarshal.GetReference(_block), first, whole, ref MemoryMarshal.GetReference(_lanes));
            }

            for (int i = whole; i < _block.Length; i++)
            {
                DoubleLane1 sum = DoubleLane1.Load(ref _lanes[i - whole], 0);
                (sum + TTerm.Of(DoubleLane1.LoadFloats(in _block[i], 0))).Store(ref _lanes[i - whole], 0);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void EightRegisters<TDouble>(ref readonly float block, nint first, nint length, ref double lanes)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            nint width = TDouble.Width;
            TDouble s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (nint i = first; i < length; i += Lanes)
            {
                s0 += TTerm.Of(TDouble.LoadFloats(in block, i));
                s1 += TTerm.Of(TDouble.LoadFloats(in block, i + width));
                s2 += TTerm.Of(TDouble.LoadFloats(in block, i + 2 * width));
                s3 += TTerm.Of(TDouble.LoadFloats(in block, i + 3 * width));
                s4 += TTerm.Of(TDouble.LoadFloats(in block, i + 4 * width));
                s5 += TTerm.Of(TDouble.LoadFloats(in block, i + 5 * width));
                s6 += TTerm.Of(TDouble.LoadFloats(in block, i + 6 * width));
                s7 += TTerm.Of(TDouble.LoadFloats(in block, i + 7 * width));
            }

            s0.Store(ref lanes, first);
            s1.Store(ref lanes, first + width);
            s2.Store(ref lanes, first + 2 * width);
            s3.Store(ref lanes, first + 3 * width);
            s4.Store(ref lanes, first + 4 * width);
            s5.Store(ref lanes, first + 5 * width);
            s6.Store(ref lanes, first + 6 * width);
            s7.Store(ref lanes, first + 7 * width);
        }
    }

    private readonly ref struct ColumnKernel<TTerm>(ReadOnlySpan<float> matrix, Span<float> destination, double divisor) : IDoubleKernel
        where TTerm : struct, ITerm
    {
        private readonly ReadOnlySpan<float> _matrix = matrix;
        private readonly Span<float> _destination = destination;

        public void Run<TDouble>()
            where TDouble : struct, IDoubleLane<TDouble>
        {
            Span<double> sums = stackalloc double[TDouble.Width];
            int column = 0;
            for (; column <= _destination.Length - TDouble.Width; column += TDouble.Width)
                Columns<TDouble>(column, sums);
            for (; column < _destination.Length; column++)
                Columns<DoubleLane1>(column, sums[..1]);
        }

        private void Columns<TDouble>(int column, Span<double> sums)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            Add<TDouble>(
                in MemoryMarshal.GetReference(_matrix), column, _matrix.Length, _destination.Length, ref MemoryMarshal.GetReference(sums));
            for (int i = 0; i < sums.Length; i++)
                _destination[column + i] = (float)(sums[i] / divisor);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Add<TDouble>(ref readonly float matrix, nint first, nint length, nint rowLength, ref double sums)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            TDouble sum = default;
            for (nint i = first; i < length; i += rowLength)
                sum += TTerm.Of(TDouble.LoadFloats(in matrix, i));
            sum.Store(ref sums, 0);
        }
    }
}
