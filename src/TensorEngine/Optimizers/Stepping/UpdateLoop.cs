using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>A stretch of elements that one kernel call steps. State buffers may hold only a part of a store, hence two offsets.</summary>
internal readonly record struct Segment(int Offset, int StateOffset, int Length);

/// <summary>
/// What one run of a rule works on: where the segments' offsets count from, and how gradients enter. State that a rule does not
/// have is a null reference. Gradients are written only if they are to be cleared.
/// </summary>
internal ref struct UpdateBuffers
{
    public ref float Values;
    public ref float Gradients;
    public ref float State0;
    public ref float State1;
    public ref float State2;
    public float GradientFactor;
    public float? GradientBound;
    public bool ClearGradients;

    /// <summary>Whether the segments have padding, which has to stay 0.</summary>
    public bool HasPadding;

    /// <summary>Who helps; null for nobody.</summary>
    public Workers? Workers;

    /// <summary>The same, with offsets that count from the given ones.</summary>
    public readonly UpdateBuffers At(int offset, int stateOffset) => new()
    {
        Values = ref Unsafe.Add(ref Values, offset),
        Gradients = ref Unsafe.Add(ref Gradients, offset),
        State0 = ref Unsafe.Add(ref State0, stateOffset),
        State1 = ref Unsafe.Add(ref State1, stateOffset),
        State2 = ref Unsafe.Add(ref State2, stateOffset),
        GradientFactor = GradientFactor,
        GradientBound = GradientBound,
        ClearGradients = ClearGradients,
        HasPadding = HasPadding,
        Workers = Workers,
    };
}

/// <summary>
/// The one loop that runs every rule, at every width: load p, g and the state, decay, update, store. One pass over memory.
/// </summary>
internal static class UpdateLoop
{
    // About what the rules take inside the caches; whether to share work need not be known better.
    private const int ElementsPerNanosecond = 2;

    // Parts start where a page of 4096 bytes could, so that two threads rarely write to one.
    private const int PartUnit = 1024;

    /// <summary>Steps all segments by one rule.</summary>
    /// <returns>Whether elements that are 0 with a gradient and state of 0 stay so. If not, padding has to be cleared.</returns>
    public static bool Run<TRule>(
        in TRule rule, OptimizerOptions options, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule
    {
        double rate = options.DecouplesWeightDecay ? options.LearningRate * options.WeightDecay : options.WeightDecay;
        if (rate == 0)
            return Run(rule, new NoDecay(), options, buffers, segments);
        return options.DecouplesWeightDecay
            ? Run(rule, new DecoupledDecay(rate), options, buffers, segments)
            : Run(rule, new CoupledDecay((float)rate), options, buffers, segments);
    }

    /// <summary>As <see cref="Run{TRule}"/>, for a rule that decays values itself.</summary>
    public static bool RunWithoutDecay<TRule>(
        in TRule rule, OptimizerOptions options, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule => Run(rule, new NoDecay(), options, buffers, segments);

    private static bool Run<TRule, TDecay>(
        in TRule rule, in TDecay decay, OptimizerOptions options, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule
        where TDecay : struct, IWeightDecay
    {
        float factor = options.Maximize ? -buffers.GradientFactor : buffers.GradientFactor;
        if (buffers.GradientBound is not { } bound)
            return Run(rule, decay, new ScaledGradient(factor), buffers, segments);
        return Run(rule, decay, new ClampedGradient(factor, bound), buffers, segments);
    }

    private static bool Run<TRule, TDecay, TSource>(
        in TRule rule, in TDecay decay, in TSource source, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule
        where TDecay : struct, IWeightDecay
        where TSource : struct, IGradientSource
    {
        if (buffers.ClearGradients)
        {
            Run(new Kernel<TRule, TDecay, ClearedGradient<TSource>>(rule, decay, new(source), buffers, segments), buffers.Workers);
        }
        else
        {
            Run(new Kernel<TRule, TDecay, TSource>(rule, decay, source, buffers, segments), buffers.Workers);
        }

        return !buffers.HasPadding || KeepsZero(rule, decay, source);
    }

    private static void Run<TRule, TDecay, TSource>(Kernel<TRule, TDecay, TSource> kernel, Workers? workers)
        where TRule : struct, IUpdateRule
        where TDecay : struct, IWeightDecay
        where TSource : struct, IGradientSource
    {
        int parts = kernel.Divide(workers);
        if (parts > 1)
            Workers.Run(workers, ref kernel, parts);
        else
            LaneDispatch.Float(ref kernel);
    }

    private static bool KeepsZero<TRule, TDecay, TSource>(in TRule rule, in TDecay decay, in TSource source)
        where TRule : struct, IUpdateRule
        where TDecay : struct, IWeightDecay
        where TSource : struct, IGradientSource
    {
        Span<float> zeros = stackalloc float[5];
        zeros.Clear();
        var buffers = new UpdateBuffers
        {
            Values = ref zeros[0],
            Gradients = ref zeros[1],
            State0 = ref zeros[2],
            State1 = ref zeros[3],
            State2 = ref zeros[4],
        };
        new Kernel<TRule, TDecay, TSource>(rule, decay, source, buffers, [new Segment(0, 0, 1)]).Run<FloatLane1>();
        // By bits: a zero that turns negative, or NaN, is not kept.
        foreach (float zero in zeros)
        {
            if (BitConverter.SingleToUInt32Bits(zero) != 0)
                return false;
        }

        return true;
    }

    private ref struct Kernel<TRule, TDecay, TSource>(
        in TRule rule, in TDecay decay, in TSource source, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
        : IFloatKernel, IUpdateLoop, IWork
        where TRule : struct, IUpdateRule
        where TDecay : struct, IWeightDecay
        where TSource : struct, IGradientSource
    {
        private readonly TRule _rule = rule;
        private readonly TDecay _decay = decay;
        private readonly TSource _source = source;
        private readonly UpdateBuffers _buffers = buffers;
        private readonly ReadOnlySpan<Segment> _segments = segments;

        // What to step of all segments one behind the other, in elements.
        private nint _skip;
        private nint _count = nint.MaxValue;

        /// <summary>Says into how many parts of equal length the segments are worth being divided, and prepares to be called so.</summary>
        public int Divide(Workers? workers)
        {
            if (workers is null)
                return 1;
            nint total = 0;
            foreach (ref readonly Segment segment in _segments)
                total += segment.Length;
            int parts = Workers.PartsFor(workers, total / ElementsPerNanosecond);
            _count = ((total - 1) / parts / PartUnit + 1) * PartUnit;
            return parts;
        }

        public readonly void Run(int part)
        {
            Kernel<TRule, TDecay, TSource> own = this;
            own._skip = part * _count;
            LaneDispatch.Float(ref own);
        }

        public readonly void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat> => TRule.Run<TFloat, TRule, Kernel<TRule, TDecay, TSource>>(_rule, this);

        // Optimized at once, so that the first steps of a process run at full speed.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Run<TFloat, TWide, TOne>(in TWide wide, in TOne one)
            where TFloat : struct, IFloatLane<TFloat>
            where TWide : struct, ILaneRule<TFloat>
            where TOne : struct, ILaneRule<FloatLane1>
        {
            // Copies whose address nobody has, so that they stay in registers.
            TWide wideRule = wide;
            TOne oneRule = one;
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
                for (; i <= end - TFloat.Width; i += TFloat.Width)
                    Update<TFloat, TWide>(wideRule, weightDecay, gradientSource, ref p, ref g, ref state0, ref state1, ref state2, i);
                for (; i < end; i++)
                    Update<FloatLane1, TOne>(oneRule, weightDecay, gradientSource, ref p, ref g, ref state0, ref state1, ref state2, i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Update<TFloat, TLaneRule>(
            in TLaneRule rule,
            TDecay decay,
            TSource source,
            ref float values,
            ref float gradients,
            ref float state0,
            ref float state1,
            ref float state2,
            nint i)
            where TFloat : struct, IFloatLane<TFloat>
            where TLaneRule : struct, ILaneRule<TFloat>
        {
            TFloat p = TFloat.Load(ref values, i);
            TFloat g = decay.Gradient(p, source.Read<TFloat>(ref gradients, i));
            p = decay.Value(p);

            TFloat s0 = default, s1 = default, s2 = default;
            if (TRule.StateCount > 0)
                s0 = TFloat.Load(ref state0, i);
            if (TRule.StateCount > 1)
                s1 = TFloat.Load(ref state1, i);
            if (TRule.StateCount > 2)
                s2 = TFloat.Load(ref state2, i);

            rule.Update(ref p, g, ref s0, ref s1, ref s2);

            p.Store(ref values, i);
            if (TRule.StateCount > 0)
                s0.Store(ref state0, i);
            if (TRule.StateCount > 1)
                s1.Store(ref state1, i);
            if (TRule.StateCount > 2)
                s2.Store(ref state2, i);
        }
    }
}
