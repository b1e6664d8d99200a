using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Sweeps as <see cref="UpdateModifiers"/> specify. A cautious sweep makes two passes over each parameter: the first tries the rule and
/// counts the elements that it would move against their gradient, which is exact in any order; the second moves only those.
/// </summary>
internal static class CautiousSweep
{
    /// <summary>Steps all segments, or each of the parameters.</summary>
    public static void Run<TRule>(
        in TRule rule,
        WeightDecay decay,
        OptimizerOptions options,
        scoped in SweepBuffers buffers,
        ReadOnlySpan<Segment> segments,
        ReadOnlySpan<Segment> parameters)
        where TRule : struct, IUpdateRule<TRule>
    {
        if (options.Modifiers is { } modifiers)
            RunModified(rule, decay, modifiers, options.LearningRate, buffers, segments, parameters);
        else
            Sweep.Run(rule, decay, buffers, segments);
    }

    // Few steps are: the others are spared the memory that it takes.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunModified<TRule>(
        in TRule rule,
        WeightDecay decay,
        UpdateModifiers modifiers,
        double learningRate,
        scoped in SweepBuffers buffers,
        ReadOnlySpan<Segment> segments,
        ReadOnlySpan<Segment> parameters)
        where TRule : struct, IUpdateRule<TRule>
    {
        WeightDecay corrected = modifiers.Corrected(decay, learningRate);
        if (!modifiers.Cautious)
        {
            Sweep.Run(rule, corrected, buffers, segments);
            return;
        }

        foreach (Segment parameter in parameters)
            RunOne(rule, corrected, buffers.At(parameter.Offset, parameter.StateOffset), parameter.Length);
    }

    private static void RunOne<TRule>(in TRule rule, WeightDecay decay, scoped in SweepBuffers buffers, int length)
        where TRule : struct, IUpdateRule<TRule>
    {
        double count = StepSums<Identity, Identity>.First(new CautiousTerms<TRule>(rule, decay), buffers, length);
        Sweep.Run(new CautiousRule<TRule>(rule, length / (count + 1)), decay, buffers, [new Segment(0, 0, length)]);
    }
}

/// <summary>Determines the direction of a step.</summary>
internal static class Caution
{
    /// <summary>
    /// Returns a value below 0 where the step goes against the gradient, computed from the signs so that no product underflows; NaN where
    /// either is NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Along<TFloat>(TFloat step, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat zero = TFloat.Splat(0f);
        return TFloat.SelectLess(g, zero, -step, TFloat.SelectLess(zero, g, step, g));
    }
}

/// <summary>A rule that takes only steps against the gradient, scaled up.</summary>
internal readonly struct CautiousRule<TRule>(TRule rule, double factor) : IUpdateRule<CautiousRule<TRule>>
    where TRule : struct, IUpdateRule<TRule>
{
    private readonly TRule _rule = rule;
    private readonly Constant _factor = new(factor);

    public static int StateCount => TRule.StateCount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<TFloat>(
        in CautiousRule<TRule> rule,
        ref TFloat p,
        TFloat g,
        ref TFloat state0,
        ref TFloat state1,
        ref TFloat state2,
        ref TFloat state3)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat moved = p;
        TRule.Apply(rule._rule, ref moved, g, ref state0, ref state1, ref state2, ref state3);
        TFloat step = moved - p, along = Caution.Along(step, g), zero = TFloat.Splat(0f);
        TFloat taken = TFloat.FusedMultiplyAdd(TFloat.Splat(rule._factor), step, p);

        // What is neither below 0 nor at least 0 is NaN, and so is the value then.
        p = TFloat.SelectLess(along, zero, taken, TFloat.SelectLess(-TFloat.Abs(along), TFloat.Splat(float.Epsilon), p, moved));
    }
}

/// <summary>1 where a rule steps against the gradient, 0 elsewhere.</summary>
internal readonly struct CautiousTerms<TRule>(TRule rule, WeightDecay decay) : IStepTerms
    where TRule : struct, IUpdateRule<TRule>
{
    private readonly TRule _rule = rule;
    private readonly AnyDecay _decay = new(decay);

    // The values, and as many of the first states as the rule has.
    public static StepReads Reads => (StepReads)((2 << TRule.StateCount) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Of<TFloat>(
        TFloat p, TFloat g, TFloat state0, TFloat state1, TFloat state2, TFloat state3, out TFloat first, out TFloat second)
        where TFloat : struct, IFloatLane<TFloat>
    {
        g = _decay.Gradient(p, g);
        p = _decay.Value(p);
        TFloat moved = p;
        TRule.Apply(_rule, ref moved, g, ref state0, ref state1, ref state2, ref state3);
        first = TFloat.SelectLess(Caution.Along(moved - p, g), TFloat.Splat(0f), TFloat.Splat(1f), TFloat.Splat(0f));
        second = default;
    }
}
