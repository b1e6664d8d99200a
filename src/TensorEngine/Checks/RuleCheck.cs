using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>
/// Checks whether your own optimizer or rule keeps the library's promises, and reports what fails: the same bits at every width,
/// length, alignment and number of threads, 0 bytes allocated by a step, padding that stays 0, options and state that survive saving.
/// <code>
/// RuleCheck.Of((parameters, options) => new MyOptimizer(parameters, options), new MyOptions()).ThrowIfFailed();
/// </code>
/// </summary>
/// <remarks>
/// <para>A check steps its own elements, takes a few tenths of a second, starts up to two threads that end with it, and needs neither a
/// test framework nor a file. It changes no global state, not even the lane width, so checks can run in parallel with each other and with
/// other work. Check an optimizer once for every set of options that selects a different rule.</para>
/// <para>The check compares bits; two values that are both NaN count as equal. It cannot tell whether the arithmetic is what you intended:
/// compare the results with an implementation in double for that.</para>
/// </remarks>
public static class RuleCheck
{
    private const string Unrepeatable = "results differ from run to run, or a step fails";
    private const string Entangled = "a run depends on what else is stepped";
    private const string Unsteppable = "no step can be taken";

    /// <summary>Checks an optimizer.</summary>
    /// <param name="create">
    /// Creates the optimizer from the parameters and options that it receives: <c>(parameters, options) => new MyOptimizer(parameters,
    /// options)</c>.
    /// </param>
    /// <param name="options">The options to check it with.</param>
    /// <param name="otherOptions">
    /// Options in which every property differs from <paramref name="options"/>, to verify that each is saved. Null (the default) lets the
    /// check create them: it loads the options with each saved value changed in turn, and reports each property that stays unchanged. Pass
    /// options of your own if the record has a public property that never changes.
    /// </param>
    /// <typeparam name="TOptimizer">The optimizer.</typeparam>
    /// <typeparam name="TOptions">The optimizer's options.</typeparam>
    /// <exception cref="ArgumentNullException"><paramref name="create"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="create"/> creates an optimizer with parameters or options other than those it receives; or two options contradict
    /// each other.
    /// </exception>
    public static CheckReport Of<TOptimizer, TOptions>(
        Func<IEnumerable<Parameter>, TOptions, TOptimizer> create, TOptions options, TOptions? otherOptions = null)
        where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
        where TOptions : OptimizerOptions
    {
        ArgumentNullException.ThrowIfNull(create);
        Require.NotNull(options).Check(nameof(options));
        var report = new ReportBuilder(typeof(TOptimizer).Name);
        report.Check(Promise.OptionsAreSaved, () => OptionChecks.Run(options, otherOptions, report.Note));
        if (!report.Check(Promise.StatesFitTheRule, () => NamesFit<TOptimizer, TOptions>(options)))
        {
            report.Skip(Unsteppable, [.. AllSteps, .. AllOfOptimizers]);
            return report.Build();
        }

        // Throws at once if create is wrong, which is no fault of the optimizer.
        _ = new TrialModel<TOptimizer, TOptions>(create, options);
        var steps = new OptimizerSubject<TOptimizer, TOptions>(options);
        Comparable comparable = CheckSteps(report, steps);
        if (comparable == Comparable.Nothing)
        {
            report.Skip(Unrepeatable, AllOfOptimizers);
            return report.Build();
        }

        report.Note(() => OptionNotes.WithoutEffect<TOptimizer, TOptions>(options));
        var gradients = new GradientChecks<TOptimizer, TOptions>(create, options);
        report.Check(Promise.NothingAllocated, gradients.NothingAllocated);
        report.Check(Promise.PaddingStaysZero, () => PaddingCheck.Run(steps));
        if (comparable == Comparable.Everything)
        {
            report.Check(Promise.GradientOptionsHold, gradients.GradientOptionsHold);
            report.Check(Promise.FrozenStaysFrozen, gradients.FrozenStaysFrozen);
            report.Check(Promise.GroupsFollowTheirOptions, gradients.GroupsFollowTheirOptions);
        }
        else
        {
            report.Skip(Entangled, AllOfOptimizers[..3]);
        }

        var resume = new ResumeChecks<TOptimizer, TOptions>(create, options);
        report.Check(Promise.StateIsSaved, resume.StateIsSaved);
        report.Check(Promise.SameBitsAfterResume, resume.SameBitsAfterResume);
        return report.Build();
    }

    /// <summary>Checks a rule as <see cref="FusedUpdate"/> runs it, without an optimizer.</summary>
    /// <param name="create">Creates the rule for a step; step numbers start at 1.</param>
    /// <param name="decay">The weight decay, by default none.</param>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <exception cref="ArgumentNullException"><paramref name="create"/> is null.</exception>
    public static CheckReport OfRule<TRule>(Func<long, TRule> create, WeightDecay decay = default)
        where TRule : struct, IUpdateRule<TRule>
    {
        ArgumentNullException.ThrowIfNull(create);
        var report = new ReportBuilder(typeof(TRule).Name);
        if (TRule.StateCount is < 0 or > SweepBuffers.MostStates)
        {
            report.Check(
                Promise.StatesFitTheRule, () => [new("StateCount", $"0 to {SweepBuffers.MostStates}", $"{TRule.StateCount}")]);
            report.Skip(Unsteppable, AllSteps);
            return report.Build();
        }

        var steps = new RuleSubject<TRule>(create, decay);
        if (CheckSteps(report, steps) == Comparable.Nothing)
            return report.Build();
        report.Check(Promise.NothingAllocated, () => NothingAllocated(steps));
        report.Check(Promise.PaddingStaysZero, () => PaddingCheck.Run(steps));
        return report.Build();
    }

    /// <summary>Specifies which results can be compared with each other.</summary>
    private enum Comparable
    {
        Nothing,
        OneRun,
        Everything,
    }

    private static ReadOnlySpan<Promise> AllSteps =>
    [
        Promise.SameBitsInEveryRun, Promise.NothingKeptElsewhere, Promise.SameBitsAnywhere, Promise.SameBitsAtEveryWidth,
        Promise.SameBitsWithThreads, Promise.NothingAllocated, Promise.PaddingStaysZero,
    ];

    private static ReadOnlySpan<Promise> AllOfOptimizers =>
    [
        Promise.GradientOptionsHold, Promise.FrozenStaysFrozen, Promise.GroupsFollowTheirOptions, Promise.StateIsSaved,
        Promise.SameBitsAfterResume,
    ];

    /// <summary>Checks the bits of steps over spans.</summary>
    /// <returns>Which results can be compared with each other.</returns>
    private static Comparable CheckSteps(ReportBuilder report, StepSubject steps)
    {
        if (!report.Check(Promise.SameBitsInEveryRun, () => BitChecks.SameInEveryRun(steps)))
        {
            report.Skip(Unrepeatable, AllSteps[1..]);
            return Comparable.Nothing;
        }

        report.Note(() => StepNotes.Of(steps));
        bool isAlone = report.Check(Promise.NothingKeptElsewhere, () => BitChecks.NothingKeptElsewhere(steps));
        bool isSame = report.Check(Promise.SameBitsAnywhere, () => BitChecks.SameAnywhere(steps));
        if (!isAlone || !isSame)
        {
            report.Skip(
                isAlone ? "results differ from place to place" : Entangled, Promise.SameBitsAtEveryWidth, Promise.SameBitsWithThreads);
            return isAlone ? Comparable.Everything : Comparable.OneRun;
        }

        report.Check(Promise.SameBitsAtEveryWidth, () => BitChecks.SameAtEveryWidth(steps));
        report.Check(Promise.SameBitsWithThreads, () => BitChecks.SameWithThreads(steps));
        return Comparable.Everything;
    }

    /// <summary>Checks whether the states match for these options, and for those with one member changed.</summary>
    private static IEnumerable<Finding> NamesFit<TOptimizer, TOptions>(TOptions options)
        where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
        where TOptions : OptimizerOptions
    {
        Finding[] atOptions = [.. StateChecks.NamesFit(new OptimizerSubject<TOptimizer, TOptions>(options), "")];
        return atOptions.Length > 0
            ? atOptions
            : OptionVariation.OfEach(options)
                .SelectMany(
                    varied => StateChecks.NamesFit(new OptimizerSubject<TOptimizer, TOptions>(varied.Options), $" at {varied.Options}"))
                .Take(1);
    }

    private static IEnumerable<Finding> NothingAllocated(StepSubject steps)
    {
        var trial = new Trial(steps, new TestElements(100, 1, seed: 10));
        trial.Start(0, 100);
        trial.Step();
        if (Allocations.Find(trial.StepAgain, "steps of a rule, create included") is { } finding)
            yield return finding;
    }
}
