namespace Engine.Optimizers;

/// <summary>An <see cref="Optimizer"/> with the options it is told by.</summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public abstract class Optimizer<TOptions> : Optimizer
    where TOptions : OptimizerOptions
{
    private protected Optimizer(IEnumerable<Parameter> parameters, TOptions options, params ReadOnlySpan<string> stateNames)
        : base(parameters, options, stateNames) => Options = options;

    /// <summary>The optimizer's own copy of its options; setting a property takes effect with the next step.</summary>
    public TOptions Options { get; }

    private protected override void CheckOptions() => Options.CheckTogether();
}
