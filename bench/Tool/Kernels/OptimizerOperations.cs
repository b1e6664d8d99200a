using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Tool.Kernels;

/// <summary>The floating-point operations of optimizers' rules, counted by running each rule once over <see cref="CountingLane"/>.</summary>
internal static class OptimizerOperations
{
    private static readonly Dictionary<string, int> s_counts = new(StringComparer.Ordinal)
    {
        ["Sgd"] = Of<SgdRule>(),
        ["Sgd, momentum"] = Of<SgdMomentumRule>(),
        ["Momentum"] = Of<MomentumRule>(),
        ["Nesterov"] = Of<NesterovRule>(),
        ["AdaGrad"] = Of<AdaGradRule>(),
        ["Adam"] = Of<AdamRule>(),
        ["Adam, amsgrad"] = Of<AmsGradRule>(),
        ["AdamW"] = Decayed + Of<AdamRule>(),
        ["Adamax"] = Of<AdamaxRule>(),
        ["NAdam"] = Of<NAdamRule>(),
        ["NAdamW"] = Decayed + Of<NAdamRule>(),
        ["RAdam"] = Of<RAdamRule>(),
        ["RAdamW"] = Decayed + Of<RAdamRule>(),
        ["Adadelta"] = Of<AdadeltaRule>(),
        ["RmsProp"] = Of<RmsPropRule<RmsPropDirection>>(),
        ["RmsProp, momentum"] = Of<RmsPropMomentumRule<RmsPropDirection>>(),
        ["RmsProp, centered"] = Of<RmsPropRule<RmsPropCenteredDirection>>(),
        ["RmsProp, centered, momentum"] = Of<RmsPropMomentumRule<RmsPropCenteredDirection>>(),
        ["Rprop"] = Of<RpropRule>(),
        ["Asgd"] = Of<AsgdRule>(),
        ["Lion"] = Of<LionRule>(),
        ["Signum"] = Of<LionRule>(),
        ["AdaBelief"] = Of<AdaBeliefRule>(),
        ["Adan"] = Of<AdanRule>(),
        ["AdEMAMix"] = Of<AdEMAMixRule>(),
        ["SimplifiedAdEMAMix"] = Of<SimplifiedAdEMAMixRule>(),
        ["Adopt"] = Of<AdoptRule>(),
        ["LaProp"] = Of<LaPropRule>(),
        ["Yogi"] = Of<YogiRule>(),
        ["Ftrl"] = Of<FtrlRule<FtrlRoot>>(),
        ["ScheduleFreeSgd"] = Of<ScheduleFreeSgdRule>(),
        ["ScheduleFreeAdamW"] = Of<ScheduleFreeAdamWRule>(),
    };

    /// <summary>Decay apart from the gradient scales the value once.</summary>
    private const int Decayed = 1;

    /// <summary>The operations for one element; 0 for an optimizer that has not been counted.</summary>
    public static int PerElement(string optimizer) => s_counts.GetValueOrDefault(optimizer);

    private static int Of<TRule>()
        where TRule : struct, IUpdateRule<TRule> => CountingLane.Count(() =>
        {
            TRule rule = default;
            CountingLane value = default, state0 = default, state1 = default, state2 = default, state3 = default;
            TRule.Apply(rule, ref value, default, ref state0, ref state1, ref state2, ref state3);
        });
}
