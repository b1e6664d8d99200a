namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// What makes an elementwise optimizer: the state that it keeps for each element, and the rule that it runs in a step. Both follow from
/// the options alone, so that the same code steps the parameters of a store and anybody's spans.
/// </summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public interface IFusedOptimizer<TOptions>
    where TOptions : OptimizerOptions
{
    /// <summary>The numbers that a parameter carries from step to step beside its elements' state; by default none.</summary>
    static virtual IReadOnlyList<CarriedNumber> Carried => [];

    /// <summary>The state buffers at these options, in the order in which the rule has them; at most four.</summary>
    /// <param name="options">The options of the optimizer, or of one of its groups.</param>
    static abstract IReadOnlyList<StateName> States(TOptions options);

    /// <summary>Takes a step, usually by one call of <see cref="FusedStep{TOptions}.Run"/>.</summary>
    /// <param name="step">The options, the number of the step, and what it works on.</param>
    static abstract void Step(in FusedStep<TOptions> step);
}
