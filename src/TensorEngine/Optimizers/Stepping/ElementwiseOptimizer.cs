namespace TensorEngine.Optimizers.Stepping;

/// <summary>An optimizer whose rule looks at one element at a time: one pass over memory, neighbours in one call.</summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public abstract class ElementwiseOptimizer<TOptions> : Optimizer<TOptions>
    where TOptions : OptimizerOptions
{
    private protected ElementwiseOptimizer(IEnumerable<Parameter> parameters, TOptions options, params ReadOnlySpan<string> stateNames)
        : base(parameters, options, stateNames)
    {
    }

    /// <summary>Runs the rule of a step over the segments.</summary>
    /// <param name="options">What the parameters follow.</param>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="carried">What the optimizer carries beside the elements' state; changed by those that carry something.</param>
    /// <param name="buffers">Values, gradients and state.</param>
    /// <param name="segments">The stretches to step.</param>
    /// <returns>What <see cref="UpdateLoop"/> returned.</returns>
    private protected abstract bool Update(
        TOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments);

    private protected sealed override void Update(TOptions options, ParameterBatch batch, in UpdateBuffers buffers)
    {
        Carried carried = batch.Carried;
        bool keepsZero = Update(options, batch.Step, ref carried, buffers, batch.Segments);
        batch.Carried = carried;
        if (!keepsZero)
            ClearPadding(batch);
    }
}
