using NUnit.Framework;
using TensorEngine.Checks;
using TensorEngine.Tests.Support;
using TensorEngine.UserCode;
using TensorEngine.UserCode.Broken;

namespace TensorEngine.Tests.Rules;

/// <summary>Each promise is broken on purpose, and the check names it, and nothing that is kept.</summary>
public sealed class BrokenRuleTests
{
    private static readonly TestCaseData[] s_broken =
    [
        Broken(
            "width",
            () => RuleCheck.OfRule(_ => default(WidthRule)),
            "step 1, value of element 0 of 16, 16 lanes",
            Promise.SameBitsAtEveryWidth),
        Broken(
            "neighbours",
            () => RuleCheck.OfRule(_ => default(FirstLaneRule)),
            "step 1, value of element 1 of 4, 4 lanes",
            Promise.SameBitsAtEveryWidth,
            Promise.PaddingStaysZero),
        Broken(
            "padding",
            () => RuleCheck.OfRule(_ => default(WideOffsetRule)),
            "step 1, values, padding at 5 of 96 elements, 4 lanes: expected 0x00000000 (0), found 0xBF800000 (-1)",
            Promise.SameBitsAtEveryWidth,
            Promise.PaddingStaysZero),
        Broken(
            "the element before",
            () => RuleCheck.OfRule(_ => new PreviousRule()),
            "step 1, value of element 1 of 2, 1 lane",
            Promise.SameBitsAnywhere,
            Promise.PaddingStaysZero),
        Broken(
            "a factor of one thread",
            () => RuleCheck.OfRule(_ => default(ThreadRule)),
            ", on a thread of its own",
            Promise.SameBitsWithThreads),
        Broken("call count", () => RuleCheck.OfRule(_ => default(CountingRule)), "second run, step 7", Promise.SameBitsInEveryRun),
        Broken(
            "garbage of a rule",
            () => RuleCheck.OfRule(_ => default(AllocatingRule)),
            "64 steps of a rule, create included: expected 0 bytes allocated, found ",
            Promise.NothingAllocated),
        Broken(
            "garbage of a step",
            () => RuleCheck.Of((parameters, options) => new AllocatingOptimizer(parameters, options), new VelocityOptions()),
            "64 steps of an optimizer: expected 0 bytes allocated, found ",
            Promise.NothingAllocated),
        Broken(
            "five states",
            () => RuleCheck.OfRule(_ => default(FiveStatesRule)),
            "StateCount: expected 0 to 4, found 5",
            Promise.StatesFitTheRule),
        Broken(
            "a name too many",
            () => RuleCheck.Of((parameters, options) => new TooManyNames(parameters, options), new VelocityOptions()),
            "VelocityRule has 1 states, but States names 2 at VelocityOptions",
            Promise.StatesFitTheRule),
        Broken(
            "a name twice",
            () => RuleCheck.Of((parameters, options) => new NameTwice(parameters, options), new UserBeliefOptions()),
            "found \"mean\" twice in mean, mean",
            Promise.StatesFitTheRule),
        Broken(
            "a name too few at another option",
            () => RuleCheck.Of((parameters, options) => new ModalOptimizer(parameters, options), new ModalOptions()),
            "first step at ModalOptions { LearningRate = 0.01, Maximize = False, Heavy = True }",
            Promise.StatesFitTheRule),
        Broken(
            "hidden state",
            () => RuleCheck.Of((parameters, options) => new HiddenProduct(parameters, options), new VelocityOptions()),
            "4 steps after loading, value of element 0 of parameter scalar",
            Promise.NothingKeptElsewhere,
            Promise.SameBitsAfterResume),
        Broken(
            "the first rate for ever",
            () => RuleCheck.Of((parameters, options) => new FirstRate(parameters, options), new VelocityOptions()),
            "4 steps with learning rates of 0.0075, 2.44140625E-06: expected other values than with 0.01, found the same values",
            Promise.GroupsFollowTheirOptions),
        Broken(
            "a number without a name",
            () => RuleCheck.Of((parameters, options) => new UnnamedNumber(parameters, options), new VelocityOptions()),
            "Carried[0]: expected 0, as Carried names 0 numbers",
            Promise.StateIsSaved,
            Promise.SameBitsAfterResume),
        Broken(
            "a number under a name that is taken",
            () => RuleCheck.Of((parameters, options) => new TakenNumber(parameters, options), new VelocityOptions()),
            "Carried: expected names that are not empty, each once, none of group, step, parameters, found \"step\" twice",
            Promise.StatesFitTheRule),
        Broken(
            "two rules in a step",
            () => RuleCheck.Of((parameters, options) => new RunsTwice(parameters, options), new VelocityOptions()),
            "4 steps with Clear = true, value of element 0 of parameter scalar",
            Promise.GradientOptionsHold),
        Broken(
            "thawing",
            () => RuleCheck.Of((parameters, options) => new Thawing(parameters, options), new VelocityOptions()),
            "2 steps while not trainable, value of element 0 of parameter bias",
            Promise.FrozenStaysFrozen),
        Broken(
            "an exception",
            () => RuleCheck.Of((parameters, options) => new Failing(parameters, options), new VelocityOptions()),
            "expected no exception, found NotSupportedException: Three is too many.",
            Promise.SameBitsInEveryRun),
        Broken(
            "an option that is forgotten",
            () => RuleCheck.Of((parameters, options) => new Forgetful(parameters, options), new ForgetfulOptions()),
            "Describe, Dampening: expected Dampening (here 0.1) among what is described",
            Promise.OptionsAreSaved),
        Broken(
            "an option that is forgotten, with options of the author's",
            () => RuleCheck.Of(
                (parameters, options) => new Forgetful(parameters, options),
                new ForgetfulOptions(),
                new ForgetfulOptions { LearningRate = 1, Maximize = true, Kept = 0.5, Dampening = 0.3 }),
            "Dampening, saved and loaded: expected 0.3, found 0.1",
            Promise.OptionsAreSaved),
        Broken(
            "an option that is not taken over",
            () => RuleCheck.Of((parameters, options) => new Ignorant(parameters, options), new IgnorantOptions()),
            "Describe, Nesterov: expected options with what the archive returns",
            Promise.OptionsAreSaved),
        Broken(
            "an option in the place of another",
            () => RuleCheck.Of((parameters, options) => new Confused(parameters, options), new ConfusedOptions()),
            "Dampening, saved and loaded: expected 0.1, found 0.9",
            Promise.OptionsAreSaved,
            Promise.StateIsSaved,
            Promise.SameBitsAfterResume),
    ];

    [Test]
    public void NamesThatAFileCannotHoldAreRefusedWhenTheOptimizerIsMade()
    {
        var store = new ParameterStore();
        store.Add("p", [3]);
        Refusal.Of<InvalidOperationException>(
            () => _ = new NameTwice(store, new UserBeliefOptions()), "NameTwice names \"mean\" twice for its states");
        Refusal.Of<InvalidOperationException>(
            () => _ = new TakenNumber(store, new VelocityOptions()), "TakenNumber names \"step\" twice for the numbers that it carries");
        Assert.That(() => new UserBelief(store, new UserBeliefOptions()), Throws.Nothing, "A refusal leaves the parameters free.");
    }

    [TestCaseSource(nameof(s_broken))]
    public void WhatIsBrokenIsNamed(Func<CheckReport> check, string message, Promise[] broken)
    {
        CheckReport report = check();

        Assert.That(report.Failures.Select(failure => failure.Promise).Distinct(), Is.EquivalentTo(broken), report.ToString());
        Assert.That(report.Failures.Select(failure => failure.ToString()), Has.Some.Contains(message), report.ToString());
        Assert.That(report.Passed, Is.False);
        Assert.That(report.ThrowIfFailed, Throws.InvalidOperationException.With.Message.EqualTo(report.ToString()));
        Assert.That(report.Kept.Intersect(broken).Concat(report.NotChecked.Intersect(broken)), Is.Empty);
    }

    [Test]
    public void EveryPromiseIsBrokenByOne() => Assert.That(
        s_broken.SelectMany(one => (Promise[])one.Arguments[2]!).Distinct(), Is.EquivalentTo(Enum.GetValues<Promise>()));

    /// <summary>The same rule without the fault, so that it is the fault that is found.</summary>
    [Test]
    public void WithoutItsFaultTheRulePasses() =>
        RuleCheck.Of((parameters, options) => new Velocity(parameters, options), new VelocityOptions()).ThrowIfFailed();

    [Test]
    public void TheReportSaysAllOfIt() => Assert.That(
        RuleCheck.OfRule(_ => default(FiveStatesRule)).ToString(),
        Is.EqualTo(
            "FiveStatesRule: 0 promises kept, 1 broken, 7 not checked\n"
            + "  the states fit the rule      BROKEN: StateCount: expected 0 to 4, found 5\n"
            + "  not checked, as no step can be taken: same bits in every run; nothing kept elsewhere; same bits anywhere; "
            + "same bits at every width; same bits with threads; nothing allocated; padding stays zero"));

    private static TestCaseData Broken(string name, Func<CheckReport> check, string message, params Promise[] broken) =>
        new TestCaseData(check, message, broken).SetArgDisplayNames(name);
}
