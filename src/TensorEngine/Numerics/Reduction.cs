using System.Diagnostics;
using System.Numerics;
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
    private const double NanosecondsPerElement = 0.125;

    /// <summary>The sum of all elements; 0 for none.</summary>
    /// <param name="values">Any length.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    public static double Sum(ReadOnlySpan<float> values, Workers? workers = null) => Over<Identity>(values, workers);

    /// <summary>
    /// The sum of the squares of all elements; 0 for none. Squares are exact in double, so that finite elements never give an
    /// infinite sum.
    /// </summary>
    /// <param name="values">Any length.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    public static double SquaredNorm(ReadOnlySpan<float> values, Workers? workers = null) => Over<Square>(values, workers);

    /// <summary>The sum of the squares of clamp(factor * value), the product rounded as in a step.</summary>
    internal static double SquaredNormClamped(ReadOnlySpan<float> values, float factor, float bound, Workers? workers = null) =>
        PairwiseTree.Sum(new ClampedBlocks(values, factor, bound), values.Length, Block, NanosecondsPerElement, workers);

    /// <summary>The sum of every column: of its elements in the order of the rows, carried in double and narrowed once.</summary>
    /// <param name="matrix">[rows, columns], any strides; without rows the sums are 0.</param>
    /// <param name="destination">[columns], apart from <paramref name="matrix"/>.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> has not as many elements as the matrix has columns, or overlaps the matrix.
    /// </exception>
    public static void ColumnSums(ReadOnlyMatrixSpan matrix, Span<float> destination, Workers? workers = null)
    {
        RequireMatrix.Columns(destination, matrix);
        Require.Apart(destination, matrix.Span);
        ColumnReduction.Run<Identity>(matrix, destination, divisor: 1, workers);
    }

    /// <summary>The mean of the squares of every column, in the order of <see cref="ColumnSums"/>.</summary>
    internal static void ColumnMeanSquares(ReadOnlyMatrixSpan matrix, Span<float> destination, Workers? workers = null) =>
        ColumnReduction.Run<Square>(matrix, destination, divisor: matrix.Rows, workers);

    private static double Over<TTerm>(ReadOnlySpan<float> values, Workers? workers)
        where TTerm : struct, ITerm =>
        values.Length <= Block
            ? OverLanes<TTerm>(values)
            : PairwiseTree.Sum(new Blocks<TTerm>(values), values.Length, Block, NanosecondsPerElement, workers);

    private readonly ref struct Blocks<TTerm>(ReadOnlySpan<float> values) : IBlockSums
        where TTerm : struct, ITerm
    {
        private readonly ReadOnlySpan<float> _values = values;

        public double Sum(int start, int length) => OverLanes<TTerm>(_values.Slice(start, length));
    }

    private readonly ref struct ClampedBlocks(ReadOnlySpan<float> values, float factor, float bound) : IBlockSums
    {
        private readonly ReadOnlySpan<float> _values = values;

        public double Sum(int start, int length)
        {
            Span<float> terms = stackalloc float[length];
            Map.Run(new ScaledClamp(factor, bound), _values.Slice(start, length), terms);
            return OverLanes<Square>(terms);
        }
    }

    /// <summary>clamp(factor * value, -bound, bound).</summary>
    private readonly struct ScaledClamp(float factor, float bound) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.Min(TFloat.Max(value * TFloat.Splat(factor), TFloat.Splat(-bound)), TFloat.Splat(bound));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double OverLanes<TTerm>(ReadOnlySpan<float> block)
        where TTerm : struct, ITerm
    {
        Debug.Assert(block.Length <= Block, $"A block of {block.Length} elements.");
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

    private readonly ref struct LaneKernel<TTerm>(ReadOnlySpan<float> block, Span<double> lanes) : IDoubleKernel
        where TTerm : struct, ITerm
    {
        private readonly ReadOnlySpan<float> _block = block;
        private readonly Span<double> _lanes = lanes;

        public void Run<TDouble>()
            where TDouble : struct, IDoubleLane<TDouble>
        {
            Debug.Assert(Lanes % (8 * TDouble.Width) == 0, $"{Lanes} lanes are no multiple of eight registers of {TDouble.Width}.");
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
}
