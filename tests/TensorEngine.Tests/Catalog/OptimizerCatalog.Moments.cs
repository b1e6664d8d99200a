using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>Relatives of Adam.</summary>
public static partial class OptimizerCatalog
{
    public static OptimizerRow<Adamax, AdamaxOptions> Adamax => new()
    {
        Make = (parameters, options) => new Adamax(parameters, options),
        Oracle = AdamaxOracle.Step,
        Bound = new(First: 5, Hundred: 52),
        Page = new()
        {
            Step = "u = max(β₂ u, |g| + ε); p -= lr m̂ / u",
            Advice = "scales by the largest recent gradient: more stable when single gradients are huge.",
        },
        TorchName = "Adamax",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            Beta1 = torch.Number("betas", 0),
            Beta2 = torch.Number("betas", 1),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            Maximize = torch.Flag("maximize"),
        },
        Defaults = "LearningRate = 0.002, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08, WeightDecay = 0",
        Bowl = [(new() { LearningRate = 0.3 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.01 }, 1e-10)],
        Digits = [(new() { LearningRate = 0.02 }, 100, 0.43)],
        Settings =
        [
            ("default", new()),
            ("zero epsilon", new() { Epsilon = 0 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("no first moment", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.99 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.8, Beta2 = 0.98, Epsilon = 1e-5, WeightDecay = 0.03f, Maximize = true }),
        ],
    };

    public static OptimizerRow<NAdam, NAdamOptions> NAdam => new()
    {
        Make = (parameters, options) => new NAdam(parameters, options),
        Oracle = NAdamOracle.Step,
        Bound = new(First: 6, Hundred: 52),
        Page = new()
        {
            Step = "Adam's, looking ahead along m",
            Advice = "looks ahead as Nesterov does; often a little faster than Adam at the same rate.",
        },
        TorchName = "NAdam",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            Beta1 = torch.Number("betas", 0),
            Beta2 = torch.Number("betas", 1),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            MomentumDecay = torch.Number("momentum_decay"),
        },
        Defaults = "LearningRate = 0.002, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08, "
            + "WeightDecay = 0, MomentumDecay = 0.004",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.003 }, 1e-4)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.30)],
        Settings =
        [
            ("default", new()),
            ("zero epsilon", new() { Epsilon = 0 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("no first moment", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.99 }),
            ("no momentum decay", new() { MomentumDecay = 0 }),
            ("weight decay", new() { LearningRate = 5e-4, WeightDecay = 0.1f, MomentumDecay = 0.3 }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.8, Beta2 = 0.98, Epsilon = 1e-5, MomentumDecay = 0.01, WeightDecay = 0.03f, Maximize = true }),
        ],
    };

    public static OptimizerRow<NAdamW, NAdamWOptions> NAdamW => new()
    {
        Make = (parameters, options) => new NAdamW(parameters, options),
        Oracle = NAdamOracle.StepDecoupled,
        Bound = new(First: 6, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "p -= lr λ p, then NAdam's",
            Counterpart = "NAdam with decoupled_weight_decay",
            Advice = "is NAdam with decoupled decay, as AdamW is to Adam.",
        },
        Defaults = "LearningRate = 0.002, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08, "
            + "WeightDecay = 0, MomentumDecay = 0.004",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.003 }, 1e-4)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.30)],
        Settings =
        [
            ("default", new()),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.8, Beta2 = 0.98, Epsilon = 1e-5, MomentumDecay = 0.01, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<RAdam, RAdamOptions> RAdam => new()
    {
        Make = (parameters, options) => new RAdam(parameters, options),
        Oracle = RAdamOracle.Step,
        Bound = new(First: 3, Hundred: 52),
        Page = new()
        {
            Step = "Adam's, rectified by how far v can be trusted",
            Advice = "starts as SGD with momentum until its averages are reliable, which is a built-in warm-up. On surfaces with huge first "
                + "gradients these first steps need a small rate.",
        },
        TorchName = "RAdam",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            Beta1 = torch.Number("betas", 0),
            Beta2 = torch.Number("betas", 1),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
        },
        Defaults = "LearningRate = 0.001, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08, WeightDecay = 0",
        Bowl = [(new() { LearningRate = 1 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.003 }, 1e-5)],
        Digits = [(new() { LearningRate = 0.03 }, 200, 0.25)],
        Settings =
        [
            ("default", new()),
            ("zero epsilon", new() { Epsilon = 0 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("no first moment", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.99 }),
            ("never rectified", new() { LearningRate = 1e-4, Beta2 = 0.5 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.8, Beta2 = 0.98, Epsilon = 1e-5, WeightDecay = 0.03f, Maximize = true }),
        ],
    };

    public static OptimizerRow<RAdamW, RAdamWOptions> RAdamW => new()
    {
        Make = (parameters, options) => new RAdamW(parameters, options),
        Oracle = RAdamOracle.StepDecoupled,
        Bound = new(First: 3, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "p -= lr λ p, then RAdam's",
            Counterpart = "RAdam with decoupled_weight_decay",
            Advice = "is RAdam with decoupled decay, as AdamW is to Adam.",
        },
        Defaults = "LearningRate = 0.001, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08, WeightDecay = 0",
        Bowl = [(new() { LearningRate = 1 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.003 }, 1e-5)],
        Digits = [(new() { LearningRate = 0.03 }, 200, 0.25)],
        Settings =
        [
            ("default", new()),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.8, Beta2 = 0.98, Epsilon = 1e-5, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<Lion, LionOptions> Lion => new()
    {
        Make = (parameters, options) => new Lion(parameters, options),
        Oracle = LionOracle.Step,
        Bound = new(First: 2, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "p -= lr sign(β₁ m + (1 - β₁) g); m averages g by β₂",
            Advice = "moves every element by exactly the rate, with half of Adam's memory. It needs a smaller rate, a larger decay and a "
                + "decaying schedule, because its steps never shrink by themselves.",
        },
        Defaults = "LearningRate = 0.0001, Maximize = False, WeightDecay = 0, Beta1 = 0.9, Beta2 = 0.99",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-10)],
        Rosenbrock = [(new() { LearningRate = 0.0003 }, 1e-5)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.19)],
        Settings =
        [
            ("default", new()),
            ("short memory", new() { LearningRate = 0.01, Beta1 = 0.5, Beta2 = 0.6 }),
            ("only the gradient's sign", new() { LearningRate = 0.001, Beta1 = 0 }),
            ("no memory", new() { Beta2 = 0 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 0.03, Beta1 = 0.95, Beta2 = 0.98, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<AdaBelief, AdaBeliefOptions> AdaBelief => new()
    {
        Make = (parameters, options) => new AdaBelief(parameters, options),
        Oracle = AdaBeliefOracle.Step,
        Bound = new(First: 6, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "m averages g, s averages (g - m)²; p -= lr m̂ / (√ŝ + ε)",
            Advice = "divides by the deviation of gradients from their average, so steps are long where gradients are as expected. As easy "
                + "to tune as Adam.",
        },
        Defaults = "LearningRate = 0.001, Maximize = False, WeightDecay = 0, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-16",
        Bowl = [(new() { LearningRate = 0.3 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.01 }, 1e-10)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.30)],
        Settings =
        [
            ("default", new()),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("large epsilon", new() { LearningRate = 0.01, Epsilon = 1e-4 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.8, Beta2 = 0.98, Epsilon = 1e-8, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<Adan, AdanOptions> Adan => new()
    {
        Make = (parameters, options) => new Adan(parameters, options),
        Oracle = AdanOracle.Step,
        Bound = new(First: 6, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "m, v average g and its changes d, n averages (g + β₂ d)²; p -= lr (m̂ + β₂ v̂) / (√n̂ + ε)",
            Advice = "also follows the changes of the gradients, with twice Adam's memory.",
        },
        Defaults = "LearningRate = 0.001, Maximize = False, WeightDecay = 0, Beta1 = 0.98, Beta2 = 0.92, Beta3 = 0.99, Epsilon = 1E-08",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-4)],
        Rosenbrock = [(new() { LearningRate = 0.01 }, 1e-4)],
        Digits = [(new() { LearningRate = 0.03 }, 100, 0.35)],
        Settings =
        [
            ("default", new()),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.6, Beta3 = 0.9 }),
            ("no memory of changes", new() { LearningRate = 0.01, Beta2 = 0 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.9, Beta2 = 0.8, Beta3 = 0.98, Epsilon = 1e-5, WeightDecay = 0.3f, Maximize = true }),
        ],
    };
}
