namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Defines an elementwise optimizer: the state that it keeps for each element, and the rule that it runs in a step. Both depend on the
/// options alone, so that the same code steps the parameters of a store and your own spans.
/// </summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public interface IFusedOptimizer<TOptions>
    where TOptions : OptimizerOptions
{
    /// <summary>The numbers that a parameter carries from step to step in addition to its elements' state; none by default.</summary>
    static virtual IReadOnlyList<CarriedNumber> Carried => [];

    /// <summary>Returns the state buffers for the given options, in the order of the rule's states; at most four.</summary>
    /// <param name="options">The options of the optimizer, or of one of its groups.</param>
    static abstract IReadOnlyList<StateName> States(TOptions options);

    /// <summary>Takes a step, usually with one call of <see cref="FusedStep{TOptions}.Run"/>.</summary>
    /// <param name="step">The options, the number of the step, and its data.</param>
    static abstract void Step(in FusedStep<TOptions> step);
}
