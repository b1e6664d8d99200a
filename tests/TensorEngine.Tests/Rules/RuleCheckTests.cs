using NUnit.Framework;
using TensorEngine.Checks;
using TensorEngine.Lanes;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.UserCode;

namespace TensorEngine.Tests.Rules;

/// <summary>What keeps the promises passes the check, and the check leaves everything else alone.</summary>
public sealed class RuleCheckTests
{
    private static readonly UserBeliefOptions s_belief = new() { WeightDecay = 0.01 };

    private static readonly TestCaseData[] s_good =
    [
        Good("decoupled decay", () => RuleCheck.Of((parameters, options) => new UserBelief(parameters, options), s_belief)),
        Good(
            "coupled decay",
            () => RuleCheck.Of((parameters, options) => new UserBelief(parameters, options), s_belief with { DecoupledDecay = false })),
        Good("carried numbers", () => RuleCheck.Of((parameters, options) => new UserAhead(parameters, options), new UserAheadOptions())),
        Good("no state", () => RuleCheck.Of((parameters, options) => new UserSign(parameters, options), new UserSignOptions())),
        Good(
            "four states",
            () => RuleCheck.Of((parameters, options) => new UserAdan(parameters, options), new UserAdanOptions { StartOfSquares = 0.1 })),
        Good(
            "maximizing at rate 0",
            () => RuleCheck.Of(
                (parameters, options) => new UserBelief(parameters, options), s_belief with { Maximize = true, LearningRate = 0 })),
        Good("a rule", () => RuleCheck.OfRule(step => new UserBeliefRule(s_belief, step))),
        Good("a rule that decays", () => RuleCheck.OfRule(step => new UserBeliefRule(s_belief, step), WeightDecay.Coupled(0.1))),
    ];

    [TestCaseSource(nameof(s_good))]
    public void WhatKeepsThePromisesPasses(Func<CheckReport> check)
    {
        CheckReport report = check();

        Assert.That(report.Passed, Is.True, report.ToString());
        Assert.That(report.ThrowIfFailed, Throws.Nothing);
        Assert.That(report.Kept, Is.Not.Empty);
    }

    [Test]
    public void EveryPromiseIsCheckedOfAnOptimizer()
    {
        CheckReport report = RuleCheck.Of((parameters, options) => new UserBelief(parameters, options), s_belief);

        Assert.That(report.Kept, Is.EquivalentTo(Enum.GetValues<Promise>()));
    }

    [Test]
    public void WhatBecomesOfZerosAndNaNIsNoted()
    {
        CheckReport sign = RuleCheck.Of((parameters, options) => new UserSign(parameters, options), new UserSignOptions());
        CheckReport belief = RuleCheck.Of((parameters, options) => new UserBelief(parameters, options), s_belief);

        Assert.Multiple(() =>
        {
            Assert.That(sign.Notes, Has.Some.StartsWith("A value of 0 whose gradients are 0 becomes 0x3A83126F (0.001) in step 1"));
            Assert.That(sign.Notes, Has.Some.EqualTo("A gradient of NaN in step 1 leaves the value finite for 3 steps."));
            Assert.That(belief.Notes, Has.Some.EqualTo("A value of 0 whose gradients are 0 stays 0."));
            Assert.That(belief.Notes, Has.Some.EqualTo("A gradient of NaN in step 1 makes the value NaN in step 1."));
        });
    }

    [Test]
    public void AnOptionWithoutEffectIsNoted()
    {
        CheckReport report = RuleCheck.Of(
            (parameters, options) => new Sgd(parameters, options), new SgdOptions());

        Assert.That(report.Notes, Has.Some.EqualTo("Changing Dampening alone changes no value in 8 steps."));
    }

    [Test]
    public void ChecksLeaveTheWidthAloneAndRunBesideEachOther()
    {
        int width = LaneWidth.Current;
        CheckReport[] reports = new CheckReport[4];

        Parallel.For(0, reports.Length, i => reports[i] = s_good[i].Arguments[0] is Func<CheckReport> check ? check() : null!);

        Assert.That(LaneWidth.Current, Is.EqualTo(width));
        foreach (CheckReport report in reports)
            Assert.That(report.Passed, Is.True, report.ToString());
    }

    [Test]
    public void AnOptimizerOfOtherOptionsOrParametersIsRefused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                () => RuleCheck.Of((parameters, _) => new UserBelief(parameters, new()), s_belief),
                Throws.ArgumentException.With.Message.Contains("it must pass on the options that it is given"));
            Assert.That(
                () => RuleCheck.Of((parameters, options) => new UserBelief(parameters.Take(2), options), s_belief),
                Throws.ArgumentException.With.Message.Contains("it must pass on the 5 parameters that it is given"));
            Assert.That(
                () => RuleCheck.Of<UserBelief, UserBeliefOptions>((_, _) => null!, s_belief),
                Throws.ArgumentException.With.Message.Contains("create returned null"));
            Assert.That(() => RuleCheck.Of<UserBelief, UserBeliefOptions>(null!, s_belief), Throws.ArgumentNullException);
            Assert.That(() => RuleCheck.Of<UserBelief, UserBeliefOptions>((parameters, options) => new(parameters, options), null!), Throws.ArgumentNullException);
            Assert.That(() => RuleCheck.OfRule<UserBeliefRule>(null!), Throws.ArgumentNullException);
        });
    }

    private static TestCaseData Good(string name, Func<CheckReport> check) => new TestCaseData(check).SetArgDisplayNames(name);
}
