using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>Schedule-free optimizers, whose sum of weights and largest rate are found by steps of no elements.</summary>
public static partial class OptimizerCatalog
{
    private static OptimizerRow<ScheduleFreeSgdOptions> ScheduleFreeSgd => new()
    {
        Optimizer = typeof(ScheduleFreeSgd),
        Step = (b, options, step) =>
        {
            double sum = 0, largest = 0;
            for (long earlier = 1; earlier < step; earlier++)
                TensorEngine.Optimizers.ScheduleFreeSgd.Step([], [], [], ref sum, ref largest, options, earlier);
            TensorEngine.Optimizers.ScheduleFreeSgd.Step(b.Values, b.Gradients, b.State0, ref sum, ref largest, options, step);
        },
        Make = (parameters, options) => new ScheduleFreeSgd(parameters, options),
        States = _ => [new("z", "z")],
        Oracle = ScheduleFreeOracle.StepSgd,
        Bound = new(First: 4, Hundred: 102),
        Settings =
        [
            ("default", new()),
            ("small momentum", new() { LearningRate = 0.1, Momentum = 0.3 }),
            ("warm-up", new() { LearningRate = 0.3, WarmUpSteps = 20 }),
            ("powers", new() { LearningRate = 0.1, WarmUpSteps = 5, WeightPower = 1.5, WeightRatePower = 0.5 }),
            ("weight decay", new() { LearningRate = 0.1, WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 0.02, Momentum = 0.95, WarmUpSteps = 10, WeightPower = 1, WeightRatePower = 1, WeightDecay = 0.03f, Maximize = true }),
        ],
    };

    private static OptimizerRow<ScheduleFreeAdamWOptions> ScheduleFreeAdamW => new()
    {
        Optimizer = typeof(ScheduleFreeAdamW),
        Step = (b, options, step) =>
        {
            double sum = 0, largest = 0;
            for (long earlier = 1; earlier < step; earlier++)
                TensorEngine.Optimizers.ScheduleFreeAdamW.Step([], [], [], [], ref sum, ref largest, options, earlier);
            TensorEngine.Optimizers.ScheduleFreeAdamW.Step(b.Values, b.Gradients, b.State0, b.State1, ref sum, ref largest, options, step);
        },
        Make = (parameters, options) => new ScheduleFreeAdamW(parameters, options),
        States = _ => [new("z", "z"), new("secondMoment", "exp_avg_sq")],
        Oracle = ScheduleFreeOracle.StepAdamW,
        Bound = new(First: 5, Hundred: 102),
        Settings =
        [
            ("default", new()),
            ("zero epsilon", new() { Epsilon = 0 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("warm-up", new() { LearningRate = 0.01, WarmUpSteps = 20 }),
            ("powers", new() { WarmUpSteps = 5, WeightPower = 1.5, WeightRatePower = 0.5 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new()
            {
                LearningRate = 0.02, Beta1 = 0.95, Beta2 = 0.99, Epsilon = 1e-5, WarmUpSteps = 10, WeightPower = 1, WeightRatePower = 1, WeightDecay = 0.03f, Maximize = true,
            }),
        ],
    };
}
