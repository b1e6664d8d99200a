using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Compression;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// The one loop that runs every rule, at every width: load p, g and the state, decay, update, store. One pass over memory.
/// </summary>
internal static partial class Sweep
{
    // About what the rules take inside the caches; whether to share work need not be known better.
    private const double NanosecondsPerElement = 0.3;

    // Parts start where a page of 4096 bytes could, so that two threads rarely write to one.
    private const int PartUnit = 1024;

    /// <summary>Steps all segments with one rule, and keeps the padding 0.</summary>
    public static void Run<TRule>(in TRule rule, WeightDecay decay, in SweepBuffers buffers, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule<TRule>
    {
        Debug.Assert(TRule.StateCount <= buffers.StateCount);
        switch (decay.Form)
        {
            case DecayForm.None: WithDecay(rule, default(NoDecay), buffers, segments); break;
            case DecayForm.Coupled: WithDecay(rule, new CoupledDecay(decay.Rate), buffers, segments); break;
            case DecayForm.Decoupled: WithDecay(rule, new DecoupledDecay(decay.Rate), buffers, segments); break;
            case DecayForm.Scaling: WithDecay(rule, new ScalingDecay(decay.Rate), buffers, segments); break;
        }
    }

    private static void WithDecay<TRule, TDecay>(
        in TRule rule, in TDecay decay, in SweepBuffers buffers, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule<TRule>
        where TDecay : struct, IDecay
    {
        double factor = buffers.GradientFactor;
        if (FarFactor.IsFar(factor))
            WithSource(rule, decay, new FarGradient(factor, buffers.GradientBound ?? float.PositiveInfinity), buffers, segments);
        else if (buffers.GradientBound is { } bound)
            WithSource(rule, decay, new ClampedGradient(factor, bound), buffers, segments);
        else
            WithSource(rule, decay, new ScaledGradient(factor), buffers, segments);
    }

    private static void WithSource<TRule, TDecay, TSource>(
        in TRule rule, in TDecay decay, in TSource source, in SweepBuffers buffers, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule<TRule>
        where TDecay : struct, IDecay
        where TSource : struct, IGradientSource
    {
        if (buffers.ClearGradients)
        {
            var cleared = new ClearedGradient<TSource>(source);
            Share(rule, decay, cleared, buffers, segments);
        }
        else
        {
            Share(rule, decay, source, buffers, segments);
        }

        if (!buffers.Padding.IsEmpty && !KeepsZero(rule, decay, source))
            ClearPadding(buffers, TRule.StateCount);
    }

    private static void Share<TRule, TDecay, TSource>(
        in TRule rule, in TDecay decay, in TSource source, in SweepBuffers buffers, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule<TRule>
        where TDecay : struct, IDecay
        where TSource : struct, IGradientSource
    {
        if (buffers.Codings is not null)
        {
            RunCoded(rule, decay, source, buffers, segments);
            return;
        }

        var kernel = new Kernel<TRule, TDecay, TSource>(in rule, in decay, in source, buffers, segments);
        int parts = kernel.Divide(buffers.Workers);
        if (parts > 1)
            Workers.Run(buffers.Workers, ref kernel, parts);
        else
            LaneDispatch.Float(ref kernel, kernel.Width);
    }

    // Whether elements that are 0 with a gradient and state of 0 stay so.
    private static bool KeepsZero<TRule, TDecay, TSource>(in TRule rule, in TDecay decay, in TSource source)
        where TRule : struct, IUpdateRule<TRule>
        where TDecay : struct, IDecay
        where TSource : struct, IGradientSource
    {
        Span<float> zeros = stackalloc float[2 + SweepBuffers.MostStates];
        zeros.Clear();
        var buffers = new SweepBuffers { Values = ref zeros[0], Gradients = ref zeros[1] };
        for (int i = 0; i < SweepBuffers.MostStates; i++)
            buffers.SetState(i, zeros.Slice(2 + i, 1));
        new Kernel<TRule, TDecay, TSource>(in rule, in decay, in source, buffers, [new Segment(0, 0, 1)]).Run<FloatLane1>();
        // By bits: a zero that turns negative, or NaN, is not kept.
        foreach (float zero in zeros)
        {
            if (BitConverter.SingleToUInt32Bits(zero) != 0)
                return false;
        }

        return true;
    }

    private static void ClearPadding(in SweepBuffers buffers, int stateCount)
    {
        foreach (Segment padding in buffers.Padding)
        {
            Clear(ref buffers.Values, padding.Offset, padding.Length, buffers.HasHalves ? sizeof(ushort) : sizeof(float));
            for (int i = 0; i < stateCount; i++)
                ClearState(buffers, i, padding);
        }

        // Whatever the coding is, 0 is the code of 0.
        static void ClearState(in SweepBuffers buffers, int state, Segment padding) => Clear(
            ref buffers.State(state),
            padding.StateOffset,
            padding.Length,
            buffers.Codings is null ? sizeof(float) : buffers.CodingOf(state).Size());

        static void Clear(ref float memory, int offset, int length, int size) => MemoryMarshal.CreateSpan(
            ref Unsafe.Add(ref Unsafe.As<float, byte>(ref memory), (nint)offset * size), length * size).Clear();
    }

    // Constants are a cache line each, so that the kernel refers to the caller's instead of copying them.
    private ref struct Kernel<TRule, TDecay, TSource> : IFloatKernel, IWork
        where TRule : struct, IUpdateRule<TRule>
        where TDecay : struct, IDecay
        where TSource : struct, IGradientSource
    {
        private readonly ref readonly TRule _rule;
        private readonly ref readonly TDecay _decay;
        private readonly ref readonly TSource _source;
        private readonly SweepBuffers _buffers;
        private readonly ReadOnlySpan<Segment> _segments;

        // What to step of all segments one behind the other, in elements.
        private nint _skip;
        private nint _count;

        public Kernel(
            ref readonly TRule rule,
            ref readonly TDecay decay,
            ref readonly TSource source,
            scoped in SweepBuffers buffers,
            ReadOnlySpan<Segment> segments)
        {
            _rule = ref rule;
            _decay = ref decay;
            _source = ref source;
            _buffers = buffers;
            _segments = segments;
            _count = nint.MaxValue;
        }

        /// <summary>The number of lanes to use.</summary>
        public readonly int Width => _buffers.Width != 0 ? _buffers.Width : LaneWidth.Current;

        /// <summary>
        /// Returns the number of parts of equal length into which to divide the segments, and prepares for calls with their numbers.
        /// </summary>
        public int Divide(Workers? workers)
        {
            if (workers is null)
                return 1;
            long total = 0;
            foreach (ref readonly Segment segment in _segments)
                total += segment.Length;
            WorkParts parts = Workers.Divide(workers, total, NanosecondsPerElement, PartUnit);
            _count = (nint)parts.Length;
            return parts.Count;
        }

        public readonly void Run(int part)
        {
            Kernel<TRule, TDecay, TSource> own = this;
            own._skip = part * _count;
            LaneDispatch.Float(ref own, own.Width);
        }

        // Optimized at once, so that the first steps of a process run at full speed.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            // Copies whose address nobody has, so that they stay in registers.
            TRule rule = _rule;
            TDecay weightDecay = _decay;
            TSource gradientSource = _source;
            (nint skip, nint count) = (_skip, _count);
            foreach (ref readonly Segment segment in _segments)
            {
                nint i = Math.Min(skip, segment.Length);
                nint end = i + Math.Min(segment.Length - i, count);
                skip -= i;
                count -= end - i;
                ref float p = ref Unsafe.Add(ref _buffers.Values, segment.Offset);
                ref float g = ref Unsafe.Add(ref _buffers.Gradients, segment.Offset);
                ref float state0 = ref Unsafe.Add(ref _buffers.State0, segment.StateOffset);
                ref float state1 = ref Unsafe.Add(ref _buffers.State1, segment.StateOffset);
                ref float state2 = ref Unsafe.Add(ref _buffers.State2, segment.StateOffset);
                ref float state3 = ref Unsafe.Add(ref _buffers.State3, segment.StateOffset);
                for (; i <= end - TFloat.Width; i += TFloat.Width)
                    Step<TFloat>(rule, weightDecay, gradientSource, ref p, ref g, ref state0, ref state1, ref state2, ref state3, i);
                for (; i < end; i++)
                    Step<FloatLane1>(rule, weightDecay, gradientSource, ref p, ref g, ref state0, ref state1, ref state2, ref state3, i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TFloat>(
            in TRule rule,
            TDecay decay,
            TSource source,
            ref float values,
            ref float gradients,
            ref float state0,
            ref float state1,
            ref float state2,
            ref float state3,
            nint i)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat p = TFloat.Load(ref values, i);
            TFloat g = decay.Gradient(p, source.Read<TFloat>(ref gradients, i));
            p = decay.Value(p);

            TFloat s0 = default, s1 = default, s2 = default, s3 = default;
            if (TRule.StateCount > 0)
                s0 = TFloat.Load(ref state0, i);
            if (TRule.StateCount > 1)
                s1 = TFloat.Load(ref state1, i);
            if (TRule.StateCount > 2)
                s2 = TFloat.Load(ref state2, i);
            if (TRule.StateCount > 3)
                s3 = TFloat.Load(ref state3, i);

            TRule.Apply(rule, ref p, g, ref s0, ref s1, ref s2, ref s3);

            p.Store(ref values, i);
            if (TRule.StateCount > 0)
                s0.Store(ref state0, i);
            if (TRule.StateCount > 1)
                s1.Store(ref state1, i);
            if (TRule.StateCount > 2)
                s2.Store(ref state2, i);
            if (TRule.StateCount > 3)
                s3.Store(ref state3, i);
        }
    }
}
