using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>What takes steps over spans and is checked: an optimizer at certain options, or a rule.</summary>
internal abstract class StepSubject
{
    /// <summary>The state that there is, in the order of the rule.</summary>
    public abstract IReadOnlyList<StateName> States { get; }

    /// <summary>The numbers that are carried from step to step.</summary>
    public virtual IReadOnlyList<CarriedNumber> Carried => [];

    /// <summary>The same with something else about it, to go on in between: other options, if it has any.</summary>
    public virtual StepSubject Other => this;

    public abstract void Step(long number, ref CarriedNumbers carried, in SweepBuffers buffers, ReadOnlySpan<Segment> segments);
}

/// <summary>An optimizer, without any parameters.</summary>
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

/// <summary>A rule, made anew for each step.</summary>
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
