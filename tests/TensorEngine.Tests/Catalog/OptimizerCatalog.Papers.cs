using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>Optimizers of papers since 2018 that PyTorch has not.</summary>
public static partial class OptimizerCatalog
{
    public static OptimizerRow<AdEMAMix, AdEMAMixOptions> AdEMAMix => new()
    {
        Make = (parameters, options) => new AdEMAMix(parameters, options),
        Oracle = AdEMAMixOracle.Step,
        Bound = new(First: 6, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "m, s average g, fast and slowly, v its squares; p -= lr (m̂ + α s) / (√v̂ + ε)",
            Advice = "remembers gradients from tens of thousands of steps ago as well as recent ones. For long runs of large models: set `WarmUpSteps` to their length.",
        },
        Defaults = "LearningRate = 0.001, Maximize = False, WeightDecay = 0, Beta1 = 0.9, Beta2 = 0.999, "
            + "Beta3 = 0.9999, Alpha = 5, WarmUpSteps = 0, Epsilon = 1E-08",
        Bowl = [(new() { LearningRate = 0.1, Beta3 = 0.99 }, 1e-10)],
        Rosenbrock = [(new() { LearningRate = 0.01 }, 1e-4)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.35)],
        Settings =
        [
            ("default", new()),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9, Beta3 = 0.99 }),
            ("warm-up", new() { LearningRate = 0.01, WarmUpSteps = 50 }),
            ("fast average alone", new() { Alpha = 0 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.8, Beta2 = 0.98, Beta3 = 0.999, Alpha = 3, WarmUpSteps = 200, Epsilon = 1e-5, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<LaProp, LaPropOptions> LaProp => new()
    {
        Make = (parameters, options) => new LaProp(parameters, options),
        Oracle = LaPropOracle.Step,
        Bound = new(First: 6, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "v averages g²; m averages g / (√v̂ + ε); p -= lr m̂",
            Advice = "is Adam that divides before it averages, so `Beta1` may safely exceed the root of `Beta2`.",
        },
        Defaults = "LearningRate = 0.0004, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-15, "
            + "WeightDecay = 0",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.003 }, 1e-4)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.33)],
        Settings =
        [
            ("default", new()),
            ("large epsilon", new() { LearningRate = 0.01, Epsilon = 1e-4 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("no first moment", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.99 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.95, Beta2 = 0.9, Epsilon = 1e-5, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<Adopt, AdoptOptions> Adopt => new()
    {
        Make = (parameters, options) => new Adopt(parameters, options),
        Oracle = AdoptOracle.Step,
        Bound = new(First: 2, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "m averages g / max(√v, ε), cut to ±(t - 1)^¼; p -= lr m; then v averages g²",
            Advice = "divides by the earlier gradients only, without the current one, and so converges where Adam's `Beta2` would be too small.",
        },
        Defaults = "LearningRate = 0.001, Maximize = False, WeightDecay = 0, Beta1 = 0.9, Beta2 = 0.9999, "
            + "Epsilon = 1E-06",
        Bowl = [(new() { LearningRate = 0.3 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.003, Beta2 = 0.99 }, 1e-10)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.33)],
        Settings =
        [
            ("default", new()),
            ("large epsilon", new() { LearningRate = 0.01, Epsilon = 1e-2 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("no first moment", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.99 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.95, Beta2 = 0.9, Epsilon = 1e-5, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<Yogi, YogiOptions> Yogi => new()
    {
        Make = (parameters, options) => new Yogi(parameters, options),
        Oracle = YogiOracle.Step,
        Bound = new(First: 6, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "v -= (1 - β₂) sign(v - g²) g²; p -= lr m̂ / (√v̂ + ε)",
            Advice = "is Adam that does not forget large gradients quickly when small ones follow; `Epsilon` is large on purpose.",
        },
        Defaults = "LearningRate = 0.01, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 0.001, "
            + "WeightDecay = 0, InitialAccumulatorValue = 1E-06",
        Bowl = [(new() { LearningRate = 0.3 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.01 }, 1e-4)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.33)],
        Settings =
        [
            ("default", new()),
            ("small epsilon", new() { Epsilon = 1e-8 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("no first moment", new() { Beta1 = 0, Beta2 = 0.99 }),
            ("squares that start at 0", new() { InitialAccumulatorValue = 0 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.8, Beta2 = 0.98, Epsilon = 1e-5, InitialAccumulatorValue = 0.1, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<Signum, SignumOptions> Signum => new()
    {
        Make = (parameters, options) => new Signum(parameters, options),
        Oracle = SignumOracle.Step,
        Bound = new(First: 2, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "m averages g; p -= lr sign(m)",
            Advice = "is `Lion` with a single average: every element moves by exactly the rate.",
        },
        Defaults = "LearningRate = 0.0001, Maximize = False, WeightDecay = 0, Momentum = 0.9",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-10)],
        Rosenbrock = [(new() { LearningRate = 0.0003 }, 1e-3)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.25)],
        Settings =
        [
            ("default", new()),
            ("long memory", new() { LearningRate = 0.01, Momentum = 0.99 }),
            ("no memory", new() { LearningRate = 0.001, Momentum = 0 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 0.03, Momentum = 0.95, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<SimplifiedAdEMAMix, SimplifiedAdEMAMixOptions> SimplifiedAdEMAMix => new()
    {
        Make = (parameters, options) => new SimplifiedAdEMAMix(parameters, options),
        Oracle = SimplifiedAdEMAMixOracle.Step,
        Bound = new(First: 6, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "m = β₁ m + g; p -= lr (α g + m) / (√v̂ + ε)",
            Advice = "is `AdEMAMix` at Adam's memory: one long sum of gradients and the latest one. Use 1 - `Beta1` times Adam's rate.",
        },
        Defaults = "LearningRate = 0.0001, Maximize = False, WeightDecay = 0, Beta1 = 0.99, Beta2 = 0.95, "
            + "Alpha = 0, Epsilon = 1E-08",
        Bowl = [(new() { LearningRate = 0.03, Beta1 = 0.9, Beta2 = 0.999 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.0003 }, 1e-4)],
        Digits = [(new() { LearningRate = 0.003, Beta1 = 0.9 }, 100, 0.20)],
        Settings =
        [
            ("default", new()),
            ("gradient", new() { LearningRate = 1e-3, Alpha = 100 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9, Alpha = 0.5 }),
            ("no sum", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.99 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.9, Beta2 = 0.98, Alpha = 3, Epsilon = 1e-5, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<Ftrl, FtrlOptions> Ftrl => new()
    {
        Make = (parameters, options) => new Ftrl(parameters, options),
        Oracle = FtrlOracle.Step,
        Bound = new(First: 10, Hundred: 152),
        Page = new()
        {
            Step = "z sums g - Δ(√n) p / lr; p = 0 if |z| ≤ λ₁, else -(z - sign(z) λ₁) / (√n / lr + 2 λ₂)",
            Advice = "is for online learning of linear models with many rare features: with `L1` most weights are exactly 0. Without `L1`, use `AdaGrad`.",
        },
        Defaults = "LearningRate = 0.001, Maximize = False, LearningRatePower = -0.5, InitialAccumulatorValue = 0.1, L1 = 0, L2 = 0, "
            + "L2Shrinkage = 0, Beta = 0",
        Bowl = [(new() { LearningRate = 1 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.5 }, 1e-7)],
        Digits = [(new() { LearningRate = 0.2 }, 100, 0.27)],
        Settings =
        [
            ("default", new()),
            ("zeros", new() { LearningRate = 0.1, L1 = 0.05f }),
            ("penalties", new() { LearningRate = 0.1, L1 = 0.01f, L2 = 0.5f, L2Shrinkage = 0.1f }),
            ("squares that start at 0", new() { LearningRate = 0.05, InitialAccumulatorValue = 0, Beta = 1 }),
            ("rates that do not fall", new() { LearningRate = 0.01, LearningRatePower = 0 }),
            ("another power", new() { LearningRate = 0.05, LearningRatePower = -0.75, Beta = 0.1f }),
            ("all", new() { LearningRate = 0.03, LearningRatePower = -0.25, InitialAccumulatorValue = 0.5, L1 = 0.02f, L2 = 0.1f, L2Shrinkage = 0.03f, Beta = 0.5f, Maximize = true }),
        ],
    };
}
