using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>
/// Computes sums in the order that <see cref="Reduction"/> states: virtual lanes in a block, the lanes pairwise, the blocks by
/// <see cref="PairwiseTree"/>.
/// </summary>
internal static class LaneSum
{
    /// <summary>The number of terms that are summed at once.</summary>
    public const int Block = 4096;

    // What a term that comes from the caches takes, about.
    public const double NanosecondsPerElement = 0.125;

    /// <summary>The number of virtual lanes: padding with zeros to a multiple of it changes no sum.</summary>
    public const int Lanes = 64;

    /// <summary>The sum of all terms; 0 for none.</summary>
    public static double Of<TTerms>(scoped in TTerms terms, int length, Workers? workers = null)
        where TTerms : struct, ITerms, allows ref struct =>
        length <= Block
            ? OfBlock(terms, 0, length)
            : PairwiseTree.Sum(new Blocks<TTerms>(terms), length, Block, NanosecondsPerElement, workers);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double OfBlock<TTerms>(scoped in TTerms terms, int start, int length)
        where TTerms : struct, ITerms, allows ref struct
    {
        Debug.Assert(length <= Block, $"A block of {length} elements.");
        Span<double> lanes = stackalloc double[Lanes];
        // Lanes that no element reaches are 0, which changes no sum, and are left out beyond a power of two.
        int used = length < Lanes ? (int)BitOperations.RoundUpToPowerOf2((uint)length) : Lanes;
        if (length < Lanes)
            lanes[..Math.Max(1, used)].Clear();
        var kernel = new Kernel<TTerms>(terms, start, length, used, lanes);
        LaneDispatch.Double(ref kernel);
        return lanes[0];
    }

    private readonly ref struct Blocks<TTerms>(in TTerms terms) : IBlockSums
        where TTerms : struct, ITerms, allows ref struct
    {
        private readonly TTerms _terms = terms;

        public double Sum(int start, int length) => OfBlock(_terms, start, length);
    }

    private readonly ref struct Kernel<TTerms>(in TTerms terms, nint start, int length, int used, Span<double> lanes) : IDoubleKernel
        where TTerms : struct, ITerms, allows ref struct
    {
        private readonly TTerms _terms = terms;
        private readonly Span<double> _lanes = lanes;

        public void Run<TDouble>()
            where TDouble : struct, IDoubleLane<TDouble>
        {
            Debug.Assert(Lanes % (8 * TDouble.Width) == 0, $"{Lanes} lanes are no multiple of eight registers of {TDouble.Width}.");
            if (length < Lanes)
            {
                OnceAround<TDouble>(_terms, start, length, ref _lanes[0]);
            }
            else
            {
                int whole = length / Lanes * Lanes;
                // Eight registers of sums hide the latency of the addition; narrow registers go over the block several times.
                for (int first = 0; first < Lanes; first += 8 * TDouble.Width)
                    EightRegisters<TDouble>(_terms, start + first, start + whole, ref _lanes[first]);

                for (int i = whole; i < length; i++)
                {
                    DoubleLane1 sum = DoubleLane1.Load(ref _lanes[i - whole], 0);
                    (sum + _terms.At<DoubleLane1>(start + i)).Store(ref _lanes[i - whole], 0);
                }
            }

            Halve<TDouble>(ref _lanes[0], used);
        }

        // As for the rows of a small matrix.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void OnceAround<TDouble>(scoped in TTerms terms, nint start, nint length, ref double lanes)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            nint i = 0;
            for (; i <= length - TDouble.Width; i += TDouble.Width)
                (default(TDouble) + terms.At<TDouble>(start + i)).Store(ref lanes, i);
            for (; i < length; i++)
                (default(DoubleLane1) + terms.At<DoubleLane1>(start + i)).Store(ref lanes, i);
        }

        // The upper half is added to the lower one until one lane is left.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Halve<TDouble>(ref double lanes, nint used)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            nint half = used / 2;
            for (; half >= TDouble.Width; half /= 2)
            {
                for (nint lane = 0; lane < half; lane += TDouble.Width)
                    (TDouble.Load(ref lanes, lane) + TDouble.Load(ref lanes, lane + half)).Store(ref lanes, lane);
            }

            for (; half > 0; half /= 2)
            {
                for (nint lane = 0; lane < half; lane++)
                    Unsafe.Add(ref lanes, lane) += Unsafe.Add(ref lanes, lane + half);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void EightRegisters<TDouble>(scoped in TTerms terms, nint first, nint end, ref double lanes)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            // A copy whose address nobody has, so that its fields stay in registers.
            TTerms own = terms;
            nint width = TDouble.Width;
            TDouble s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (nint i = first; i < end; i += Lanes)
            {
                s0 += own.At<TDouble>(i);
                s1 += own.At<TDouble>(i + width);
                s2 += own.At<TDouble>(i + 2 * width);
                s3 += own.At<TDouble>(i + 3 * width);
                s4 += own.At<TDouble>(i + 4 * width);
                s5 += own.At<TDouble>(i + 5 * width);
                s6 += own.At<TDouble>(i + 6 * width);
                s7 += own.At<TDouble>(i + 7 * width);
            }

            s0.Store(ref lanes, 0);
            s1.Store(ref lanes, width);
            s2.Store(ref lanes, 2 * width);
            s3.Store(ref lanes, 3 * width);
            s4.Store(ref lanes, 4 * width);
            s5.Store(ref lanes, 5 * width);
            s6.Store(ref lanes, 6 * width);
            s7.Store(ref lanes, 7 * width);
        }
    }
}
