using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>What the terms of a sum are computed from, beside the gradients. What is not named is not loaded, and is 0.</summary>
[Flags]
internal enum StepReads
{
    None = 0,
    Values = 1,
    State0 = 2,
    State1 = 4,
    State2 = 8,
    State3 = 16,
}

/// <summary>The terms that a step sums over all elements before it moves any: two for each element, from the same loads.</summary>
internal interface IStepTerms
{
    /// <summary>
    /// What the terms use. A load that nothing uses still reads memory: the compiler keeps it as a check of the address.
    /// </summary>
    static abstract StepReads Reads { get; }

    /// <summary>Whether there is a second term.</summary>
    static virtual bool HasSecond => false;

    /// <summary>Computes the terms of one register.</summary>
    void Of<TFloat>(
        TFloat p, TFloat g, TFloat state0, TFloat state1, TFloat state2, TFloat state3, out TFloat first, out TFloat second)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>
/// Sums over the elements of a parameter in one pass that only reads. Terms are floats; they are added in double, in the order that
/// <see cref="Reduction"/> states, so that the bits depend neither on the width nor on the number of threads.
/// </summary>
/// <typeparam name="TFirst">How a first term is added: as itself, its magnitude or its square.</typeparam>
/// <typeparam name="TSecond">How a second term is added.</typeparam>
internal sealed class StepSums<TFirst, TSecond>
    where TFirst : struct, ITerm
    where TSecond : struct, ITerm
{
    // Loads of up to six arrays past the caches.
    private const double NanosecondsPerElement = 0.3;

    // One for each block of terms; the first sums go up the tree by themselves.
    private readonly double[] _seconds;

    /// <summary>Allocates the memory for the sums of parameters up to a length.</summary>
    public StepSums(int longest) => _seconds = new double[longest / LaneSum.Block + 1];

    /// <summary>Returns both sums.</summary>
    public (double First, double Second) Of<TTerms>(in TTerms terms, scoped in SweepBuffers buffers, int length)
        where TTerms : struct, IStepTerms
    {
        double first = First(terms, buffers, length, _seconds);
        int count = TTerms.HasSecond ? (length + LaneSum.Block - 1) / LaneSum.Block : 0;
        return (first, count == 0 ? 0 : PairwiseTree.Sum(new PairwiseTree.Leaves(_seconds.AsSpan(0, count)), count, block: 1));
    }

    /// <summary>Returns the sum of single terms.</summary>
    public static double First<TTerms>(in TTerms terms, scoped in SweepBuffers buffers, int length, Span<double> seconds = default)
        where TTerms : struct, IStepTerms =>
        PairwiseTree.Sum(new Blocks<TTerms>(terms, buffers, seconds), length, LaneSum.Block, NanosecondsPerElement, buffers.Workers);

    private readonly ref struct Blocks<TTerms>(in TTerms terms, in SweepBuffers buffers, Span<double> seconds) : IBlockSums
        where TTerms : struct, IStepTerms
    {
        private readonly TTerms _terms = terms;
        private readonly SweepBuffers _buffers = buffers;
        private readonly Span<double> _seconds = seconds;

        [SkipLocalsInit]
        public double Sum(int start, int length)
        {
            Span<float> first = stackalloc float[LaneSum.Block], second = stackalloc float[LaneSum.Block];
            var kernel = new Kernel<TTerms>(_terms, _buffers, start, length, first, second);
            LaneDispatch.Float(ref kernel, _buffers.Width != 0 ? _buffers.Width : LaneWidth.Current);
            if (TTerms.HasSecond)
                _seconds[start / LaneSum.Block] = LaneSum.Of(new FloatTerms<TSecond>(second[..length]), length);
            return LaneSum.Of(new FloatTerms<TFirst>(first[..length]), length);
        }
    }

    private readonly ref struct Kernel<TTerms>(
        in TTerms terms, in SweepBuffers buffers, int start, int length, Span<float> first, Span<float> second) : IFloatKernel
        where TTerms : struct, IStepTerms
    {
        private readonly TTerms _terms = terms;
        private readonly SweepBuffers _buffers = buffers;
        private readonly FarGradient _source = new(buffers.GradientFactor, buffers.GradientBound ?? float.PositiveInfinity);
        private readonly ref float _first = ref first[0];
        private readonly ref float _second = ref second[0];

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            // Copies whose address nobody has, so that they stay in registers.
            SweepBuffers own = _buffers.At(start, start);
            TTerms ownTerms = _terms;
            FarGradient source = _source;
            nint i = 0;
            for (; i <= length - TFloat.Width; i += TFloat.Width)
                Terms<TFloat>(ownTerms, source, own, i);
            for (; i < length; i++)
                Terms<FloatLane1>(ownTerms, source, own, i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Terms<TFloat>(in TTerms of, in FarGradient source, in SweepBuffers at, nint i)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat p = default, s0 = default, s1 = default, s2 = default, s3 = default;
            if ((TTerms.Reads & StepReads.Values) != StepReads.None)
                p = TFloat.Load(ref at.Values, i);
            if ((TTerms.Reads & StepReads.State0) != StepReads.None)
                s0 = TFloat.Load(ref at.State0, i);
            if ((TTerms.Reads & StepReads.State1) != StepReads.None)
                s1 = TFloat.Load(ref at.State1, i);
            if ((TTerms.Reads & StepReads.State2) != StepReads.None)
                s2 = TFloat.Load(ref at.State2, i);
            if ((TTerms.Reads & StepReads.State3) != StepReads.None)
                s3 = TFloat.Load(ref at.State3, i);
            TFloat g = source.Read<TFloat>(ref at.Gradients, i);
            of.Of(p, g, s0, s1, s2, s3, out TFloat first, out TFloat second);
            first.Store(ref _first, i);
            if (TTerms.HasSecond)
                second.Store(ref _second, i);
        }
    }
}
