using NUnit.Framework;
using TensorEngine.Checks;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Rules;

/// <summary>The library's own elementwise optimizers pass the check that it offers to others.</summary>
public sealed class LibraryRuleTests
{
    private static readonly TestCaseData[] s_all =
    [
        Case("Sgd", () => RuleCheck.Of((parameters, options) => new Sgd(parameters, options), new SgdOptions())),
        Case("Sgd, momentum", () => RuleCheck.Of((parameters, options) => new Sgd(parameters, options), new SgdOptions { Momentum = 0.9, Dampening = 0.1 })),
        Case("Sgd, Nesterov", () => RuleCheck.Of((parameters, options) => new Sgd(parameters, options), new SgdOptions { Momentum = 0.9, Nesterov = true })),
        Case("Momentum", () => RuleCheck.Of((parameters, options) => new Momentum(parameters, options), new MomentumOptions())),
        Case("Nesterov", () => RuleCheck.Of((parameters, options) => new Nesterov(parameters, options), new NesterovOptions())),
        Case("AdaGrad", () => RuleCheck.Of((parameters, options) => new AdaGrad(parameters, options), new AdaGradOptions { InitialAccumulatorValue = 0.1 })),
        Case("Adadelta", () => RuleCheck.Of((parameters, options) => new Adadelta(parameters, options), new AdadeltaOptions())),
        Case("RmsProp", () => RuleCheck.Of((parameters, options) => new RmsProp(parameters, options), new RmsPropOptions())),
        Case("RmsProp, momentum", () => RuleCheck.Of((parameters, options) => new RmsProp(parameters, options), new RmsPropOptions { Momentum = 0.9 })),
        Case("RmsProp, centered", () => RuleCheck.Of((parameters, options) => new RmsProp(parameters, options), new RmsPropOptions { Centered = true, Momentum = 0.9 })),
        Case("Adam", () => RuleCheck.Of((parameters, options) => new Adam(parameters, options), new AdamOptions { WeightDecay = 0.1 })),
        Case("Adam, AmsGrad", () => RuleCheck.Of((parameters, options) => new Adam(parameters, options), new AdamOptions { AmsGrad = true })),
        Case("AdamW", () => RuleCheck.Of((parameters, options) => new AdamW(parameters, options), new AdamWOptions())),
        Case("Adamax", () => RuleCheck.Of((parameters, options) => new Adamax(parameters, options), new AdamaxOptions())),
        Case("NAdam", () => RuleCheck.Of((parameters, options) => new NAdam(parameters, options), new NAdamOptions())),
        Case("NAdamW", () => RuleCheck.Of((parameters, options) => new NAdamW(parameters, options), new NAdamWOptions())),
        Case("RAdam", () => RuleCheck.Of((parameters, options) => new RAdam(parameters, options), new RAdamOptions())),
        Case("RAdamW", () => RuleCheck.Of((parameters, options) => new RAdamW(parameters, options), new RAdamWOptions())),
        Case("Lion", () => RuleCheck.Of((parameters, options) => new Lion(parameters, options), new LionOptions())),
        Case("AdaBelief", () => RuleCheck.Of((parameters, options) => new AdaBelief(parameters, options), new AdaBeliefOptions())),
        Case("Adan", () => RuleCheck.Of((parameters, options) => new Adan(parameters, options), new AdanOptions { WeightDecay = 0.1 })),
        Case("Rprop", () => RuleCheck.Of((parameters, options) => new Rprop(parameters, options), new RpropOptions())),
        Case("Asgd", () => RuleCheck.Of((parameters, options) => new Asgd(parameters, options), new AsgdOptions())),
        Case("ScheduleFreeSgd", () => RuleCheck.Of((parameters, options) => new ScheduleFreeSgd(parameters, options), new ScheduleFreeSgdOptions())),
        Case("ScheduleFreeAdamW", () => RuleCheck.Of((parameters, options) => new ScheduleFreeAdamW(parameters, options), new ScheduleFreeAdamWOptions())),
    ];

    [TestCaseSource(nameof(s_all))]
    public void TheLibrarysOptimizersPass(Func<CheckReport> check) => check().ThrowIfFailed();

    [Test]
    public void EveryElementwiseOptimizerIsChecked()
    {
        IEnumerable<string> checkedOnes = s_all.Select(one => one.ArgDisplayNames![0].Split(',')[0]).Distinct(StringComparer.Ordinal);
        IEnumerable<string> all = typeof(Adam).Assembly.GetExportedTypes().Where(IsElementwise).Select(type => type.Name);

        Assert.That(checkedOnes, Is.EquivalentTo(all));
    }

    private static bool IsElementwise(Type type)
    {
        for (Type? ancestor = type.BaseType; ancestor is not null && !type.IsAbstract; ancestor = ancestor.BaseType)
        {
            if (ancestor.IsGenericType && ancestor.GetGenericTypeDefinition() == typeof(FusedOptimizer<,>))
                return true;
        }

        return false;
    }

    private static TestCaseData Case(string name, Func<CheckReport> check) => new TestCaseData(check).SetArgDisplayNames(name);
}
