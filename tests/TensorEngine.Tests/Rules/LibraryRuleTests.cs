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
        Case("Sgd", (parameters, options) => new Sgd(parameters, options), new SgdOptions()),
        Case("Sgd, momentum", (parameters, options) => new Sgd(parameters, options), new SgdOptions { Momentum = 0.9, Dampening = 0.1 }),
        Case("Sgd, Nesterov", (parameters, options) => new Sgd(parameters, options), new SgdOptions { Momentum = 0.9, Nesterov = true }),
        Case("Momentum", (parameters, options) => new Momentum(parameters, options), new MomentumOptions()),
        Case("Nesterov", (parameters, options) => new Nesterov(parameters, options), new NesterovOptions()),
        Case("AdaGrad", (parameters, options) => new AdaGrad(parameters, options), new AdaGradOptions { InitialAccumulatorValue = 0.1 }),
        Case("Adadelta", (parameters, options) => new Adadelta(parameters, options), new AdadeltaOptions()),
        Case("RmsProp", (parameters, options) => new RmsProp(parameters, options), new RmsPropOptions()),
        Case("RmsProp, momentum", (parameters, options) => new RmsProp(parameters, options), new RmsPropOptions { Momentum = 0.9 }),
        Case(
            "RmsProp, centered",
            (parameters, options) => new RmsProp(parameters, options),
            new RmsPropOptions { Centered = true, Momentum = 0.9 }),
        Case("Adam", (parameters, options) => new Adam(parameters, options), new AdamOptions { WeightDecay = 0.1 }),
        Case("Adam, AmsGrad", (parameters, options) => new Adam(parameters, options), new AdamOptions { AmsGrad = true }),
        Case("AdamW", (parameters, options) => new AdamW(parameters, options), new AdamWOptions()),
        Case("Adamax", (parameters, options) => new Adamax(parameters, options), new AdamaxOptions()),
        Case("NAdam", (parameters, options) => new NAdam(parameters, options), new NAdamOptions()),
        Case("NAdamW", (parameters, options) => new NAdamW(parameters, options), new NAdamWOptions()),
        Case("RAdam", (parameters, options) => new RAdam(parameters, options), new RAdamOptions()),
        Case("RAdamW", (parameters, options) => new RAdamW(parameters, options), new RAdamWOptions()),
        Case("Lion", (parameters, options) => new Lion(parameters, options), new LionOptions()),
        Case("Rprop", (parameters, options) => new Rprop(parameters, options), new RpropOptions()),
        Case("Asgd", (parameters, options) => new Asgd(parameters, options), new AsgdOptions()),
        Case("ScheduleFreeSgd", (parameters, options) => new ScheduleFreeSgd(parameters, options), new ScheduleFreeSgdOptions()),
        Case("ScheduleFreeAdamW", (parameters, options) => new ScheduleFreeAdamW(parameters, options), new ScheduleFreeAdamWOptions()),
    ];

    [TestCaseSource(nameof(s_all))]
    public void TheLibrarysOptimizersPass(Func<CheckReport> check) => check().ThrowIfFailed();

    [Test]
    public void EveryElementwiseOptimizerIsChecked()
    {
        IEnumerable<string> checkedOnes = s_all.Select(one => one.ArgDisplayNames![0].Split(',')[0]).Distinct();
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

    private static TestCaseData Case<TOptimizer, TOptions>(
        string name, Func<IEnumerable<Parameter>, TOptions, TOptimizer> create, TOptions options)
        where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
        where TOptions : OptimizerOptions =>
        new TestCaseData((Func<CheckReport>)(() => RuleCheck.Of(create, options))).SetArgDisplayNames(name);
}
