using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>Schedule-free optimizers, whose sum of weights and largest rate are found by steps of no elements.</summary>
public static partial class OptimizerCatalog
{
    public static OptimizerRow<ScheduleFreeSgd, ScheduleFreeSgdOptions> ScheduleFreeSgd => new()
    {
        Make = (parameters, options) => new ScheduleFreeSgd(parameters, options),
        Oracle = ScheduleFreeOracle.StepSgd,
        Bound = new(First: 4, Hundred: 102),
        Page = new()
        {
            Step = "SGD at z, gradients at y, the average x to evaluate",
            Advice = "averages its path so that no schedule is needed. You switch the values between training and evaluation.",
        },
        Defaults = "LearningRate = 1, Maximize = False, WarmUpSteps = 0, WeightPower = 0, WeightRatePower = 2, "
            + "WeightDecay = 0, Momentum = 0.9",
        Bowl = [(new() { LearningRate = 1 }, 1e-5)],
        Rosenbrock = [(new() { LearningRate = 0.003 }, 1e-3)],
        Digits = [(new() { LearningRate = 0.5 }, 100, 0.36)],
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

    public static OptimizerRow<ScheduleFreeAdamW, ScheduleFreeAdamWOptions> ScheduleFreeAdamW => new()
    {
        Make = (parameters, options) => new ScheduleFreeAdamW(parameters, options),
        Oracle = ScheduleFreeOracle.StepAdamW,
        Bound = new(First: 5, Hundred: 102),
        Page = new()
        {
            Step = "AdamW at z, gradients at y, the average x to evaluate",
            Advice = "does the same with AdamW's steps. Use it if you do not know how long you will train.",
        },
        Defaults = "LearningRate = 0.0025, Maximize = False, WarmUpSteps = 0, WeightPower = 0, WeightRatePower = 2, "
            + "WeightDecay = 0, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08",
        Bowl = [(new() { LearningRate = 1 }, 1e-19)],
        Rosenbrock = [(new() { LearningRate = 0.03 }, 1e-5)],
        Digits = [(new() { LearningRate = 0.02 }, 100, 0.27)],
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
