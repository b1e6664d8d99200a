namespace TensorEngine.Optimizers.Stepping;

/// <summary>Runs a rule over the caller's own memory: one step of each element, in place, in one pass.</summary>
public static class FusedUpdate
{
    /// <summary>Takes one step with a rule. The bits depend neither on alignment nor on the number of threads.</summary>
    /// <param name="rule">The rule, with the constants of this step.</param>
    /// <param name="values">p, any length and alignment; updated.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="state0">The rule's first state, as long as <paramref name="values"/>; empty if the rule has none.</param>
    /// <param name="state1">The second state, likewise.</param>
    /// <param name="state2">The third state, likewise.</param>
    /// <param name="state3">The fourth state, likewise.</param>
    /// <param name="decay">The weight decay, by default none.</param>
    /// <param name="workers">The threads that share long steps, or null to use the calling thread alone.</param>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <exception cref="ArgumentException">
    /// Lengths differ, buffers overlap, or the number of states is not that of the rule.
    /// </exception>
    public static void Run<TRule>(
        in TRule rule,
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> state0 = default,
        Span<float> state1 = default,
        Span<float> state2 = default,
        Span<float> state3 = default,
        WeightDecay decay = default,
        Workers? workers = null)
        where TRule : struct, IUpdateRule<TRule>
    {
        SweepBuffers buffers = SpanBuffers.Check(values, gradients, state0, state1, state2, state3);
        if (values.IsEmpty)
            return;
        SpanBuffers.CheckCount(TRule.StateCount, buffers.StateCount);
        buffers.Workers = workers;
        Sweep.Run(rule, decay, buffers, [new Segment(0, 0, values.Length)]);
    }
}
