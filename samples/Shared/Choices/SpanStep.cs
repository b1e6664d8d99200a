using TensorEngine.Optimizers.Stepping;

namespace Samples.Shared.Choices;

/// <summary>
/// Takes the step with the given number over the caller's memory; <see cref="SpanStep.StateCount"/> of the states are not empty.
/// </summary>
public delegate void SpanUpdate(
    long step,
    Span<float> values,
    ReadOnlySpan<float> gradients,
    Span<float> state0,
    Span<float> state1,
    Span<float> state2,
    Span<float> state3);

/// <summary>The step of an optimizer whose type is known only here, over the caller's memory.</summary>
/// <param name="StateCount">The number of states that it reads and writes, 0 to 4.</param>
/// <param name="Update">The step.</param>
public sealed record SpanStep(int StateCount, SpanUpdate Update)
{
    /// <summary>The step of an optimizer with options that stay the same.</summary>
    /// <typeparam name="TOptimizer">The optimizer.</typeparam>
    /// <typeparam name="TOptions">Its options.</typeparam>
    public static SpanStep Of<TOptimizer, TOptions>(TOptions options)
        where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
        where TOptions : OptimizerOptions
    {
        CarriedNumbers initial = default;
        for (int i = 0; i < TOptimizer.Carried.Count; i++)
            initial[i] = TOptimizer.Carried[i].Initial;
        return new SpanStep(TOptimizer.States(options).Count, (step, values, gradients, state0, state1, state2, state3) =>
        {
            // What is carried starts anew with every step, so that steps can be repeated without end.
            CarriedNumbers carried = initial;
            FusedOptimizer<TOptimizer, TOptions>.Update(options, step, ref carried, values, gradients, state0, state1, state2, state3);
        });
    }
}
