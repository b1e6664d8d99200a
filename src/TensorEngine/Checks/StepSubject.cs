using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>The subject of a check, which takes steps over spans: an optimizer with certain options, or a rule.</summary>
internal abstract class StepSubject
{
    /// <summary>Gets the states, in the order of the rule.</summary>
    public abstract IReadOnlyList<StateName> States { get; }

    /// <summary>Gets the numbers carried from step to step.</summary>
    public virtual IReadOnlyList<CarriedNumber> Carried => [];

    /// <summary>Gets a variant to interleave with this subject: one with other options, if it has options.</summary>
    public virtual StepSubject Other => this;

    public abstract void Step(long number, ref CarriedNumbers carried, in SweepBuffers buffers, ReadOnlySpan<Segment> segments);
}

/// <summary>An optimizer without parameters.</summary>
internal sealed class OptimizerSubject<TOptimizer, TOptions>(TOptions options) : StepSubject
    where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
    where TOptions : OptimizerOptions
{
    public override IReadOnlyList<StateName> States { get; } = TOptimizer.States(options);

    public override IReadOnlyList<CarriedNumber> Carried => TOptimizer.Carried;

    public override StepSubject Other =>
        new OptimizerSubject<TOptimizer, TOptions>(
            options with { LearningRate = OptionVariation.OtherRate(options), Maximize = !options.Maximize });

    public override void Step(long number, ref CarriedNumbers carried, in SweepBuffers buffers, ReadOnlySpan<Segment> segments) =>
        TOptimizer.Step(new FusedStep<TOptions>(options, number, ref carried, buffers, segments, segments));
}

/// <summary>A rule, created anew for each step.</summary>
internal sealed class RuleSubject<TRule>(Func<long, TRule> create, WeightDecay decay) : StepSubject
    where TRule : struct, IUpdateRule<TRule>
{
    public override IReadOnlyList<StateName> States { get; } =
        [.. Enumerable.Range(0, TRule.StateCount).Select(index => new StateName($"state{index}"))];

    public override void Step(long number, ref CarriedNumbers carried, in SweepBuffers buffers, ReadOnlySpan<Segment> segments)
    {
        TRule rule = create(number);
        Sweep.Run(rule, decay, buffers, segments);
    }
}
