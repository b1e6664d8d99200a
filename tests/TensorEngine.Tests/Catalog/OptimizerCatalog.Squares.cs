using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>Optimizers that divide by average squares, and those that follow signs or averages.</summary>
public static partial class OptimizerCatalog
{
    public static OptimizerRow<Nesterov, NesterovOptions> Nesterov => new()
    {
        Make = (parameters, options) => new Nesterov(parameters, options),
        Oracle = NesterovOracle.Step,
        Bound = new(First: 3, Hundred: 52),
        Page = new()
        {
            Step = "b = μ b - lr g; p += μ b - lr g",
            Counterpart = "the book's",
            Advice = "is `Momentum` with the gradient taken where the velocity is about to carry the values, so it turns earlier.",
        },
        Defaults = "LearningRate = 0.01, Maximize = False, WeightDecay = 0, Momentum = 0.9",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.001 }, 1e-11)],
        Digits = [(new() { LearningRate = 0.05 }, 100, 0.23)],
        Settings =
        [
            ("default", new()),
            ("no momentum", new() { Momentum = 0 }),
            ("weight decay", new() { LearningRate = 0.05, Momentum = 0.8, WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 0.003, Momentum = 0.99, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<Adadelta, AdadeltaOptions> Adadelta => new()
    {
        Make = (parameters, options) => new Adadelta(parameters, options),
        Oracle = AdadeltaOracle.Step,
        Bound = new(First: 5, Hundred: 52),
        Page = new()
        {
            Step = "p -= lr g √(u + ε) / √(v + ε); u averages the squares of steps",
            Advice = "needs hardly any tuning of the rate. It is slow to start, because its steps grow from epsilon.",
        },
        TorchName = "Adadelta",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            Rho = torch.Number("rho"),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            Maximize = torch.Flag("maximize"),
        },
        Defaults = "LearningRate = 1, Maximize = False, WeightDecay = 0, Rho = 0.9, Epsilon = 1E-06",
        Bowl = [(new() { LearningRate = 3 }, 1e-1)],
        Rosenbrock = [(new() { LearningRate = 0.03 }, 1e-3)],
        Digits = [(new() { LearningRate = 2 }, 200, 0.28)],
        Settings =
        [
            ("default", new()),
            ("long memory", new() { LearningRate = 0.5, Rho = 0.99 }),
            ("large epsilon", new() { LearningRate = 0.1, Epsilon = 1e-2 }),
            ("tiny epsilon", new() { Rho = 0.5, Epsilon = 1e-12 }),
            ("zero epsilon", new() { Epsilon = 0 }),
            ("weight decay", new() { LearningRate = 0.7, WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 0.3, Rho = 0.8, Epsilon = 1e-4, WeightDecay = 0.02f, Maximize = true }),
        ],
    };

    public static OptimizerRow<RmsProp, RmsPropOptions> RmsProp => new()
    {
        Make = (parameters, options) => new RmsProp(parameters, options),
        Oracle = RmsPropOracle.Step,
        Bound = new(First: 5, Hundred: 52),
        Page = new()
        {
            Step = "p -= lr g / (√v + ε); centered: v - a²; with momentum",
            Advice = "forgets old gradients, so its rates recover. It has no bias correction, so its first steps are large (10 times the rate at "
                + "the default alpha of 0.99).",
        },
        TorchName = "RMSprop",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            Alpha = torch.Number("alpha"),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            Momentum = torch.Number("momentum"),
            Centered = torch.Flag("centered"),
            Maximize = torch.Flag("maximize"),
        },
        Defaults = "LearningRate = 0.01, Maximize = False, WeightDecay = 0, Alpha = 0.99, Epsilon = 1E-08, Momentum = 0, Centered = False",
        Bowl = [(new() { LearningRate = 0.03 }, 1e-10), (new() { LearningRate = 0.03, Centered = true, Momentum = 0.9 }, 1e-18)],
        Rosenbrock = [(new() { LearningRate = 0.001 }, 1e-3), (new() { LearningRate = 0.0001, Centered = true, Momentum = 0.9 }, 1e-6)],
        Digits =
        [
            (new() { LearningRate = 0.005 }, 100, 0.40),
            (new() { LearningRate = 0.001, Centered = true, Momentum = 0.9 }, 100, 0.25),
        ],
        Settings =
        [
            ("default", new()),
            ("zero epsilon", new() { LearningRate = 0.001, Epsilon = 0 }),
            ("momentum", new() { LearningRate = 0.002, Momentum = 0.9 }),
            ("centered", new() { LearningRate = 0.005, Alpha = 0.95, Centered = true }),
            ("weight decay", new() { LearningRate = 0.02, Epsilon = 0.1, WeightDecay = 0.1f }),
            ("centered, momentum", new() { LearningRate = 0.005, Alpha = 0.9, Centered = true, Momentum = 0.8 }),
            ("all", new() { LearningRate = 5e-4, Alpha = 0.98, Epsilon = 1e-4, WeightDecay = 0.03f, Momentum = 0.5, Centered = true, Maximize = true }),
        ],
    };

    public static OptimizerRow<Rprop, RpropOptions> Rprop => new()
    {
        Make = (parameters, options) => new Rprop(parameters, options),
        Oracle = RpropOracle.Step,
        Bound = new(First: 2, Hundred: 150),
        Page = new()
        {
            Step = "steps s grow while the sign stays and shrink when it turns; p -= s sign(g)",
            Advice = "looks at signs only, with a step size for each element. With batches the signs flip at random and it stalls.",
        },
        TorchName = "Rprop",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            EtaMinus = torch.Number("etas", 0),
            EtaPlus = torch.Number("etas", 1),
            SmallestStepSize = torch.Number("step_sizes", 0),
            LargestStepSize = torch.Number("step_sizes", 1),
            Maximize = torch.Flag("maximize"),
        },
        Defaults = "LearningRate = 0.01, Maximize = False, WeightDecay = 0, EtaMinus = 0.5, EtaPlus = 1.2, "
            + "SmallestStepSize = 1E-06, LargestStepSize = 50",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-12)],
        Rosenbrock = [(new() { LearningRate = 0.01 }, 1e-7)],
        Settings =
        [
            ("default", new()),
            ("wide etas", new() { LearningRate = 0.1, EtaMinus = 0.3, EtaPlus = 1.5 }),
            ("narrow step sizes", new() { SmallestStepSize = 5e-3, LargestStepSize = 0.05 }),
            ("rate above the largest step", new() { LearningRate = 1, LargestStepSize = 0.1 }),
            ("all", new() { LearningRate = 1e-3, EtaMinus = 0.9, EtaPlus = 1.05, SmallestStepSize = 1e-4, LargestStepSize = 0.5, Maximize = true }),
        ],
    };

    public static OptimizerRow<Asgd, AsgdOptions> Asgd => new()
    {
        Make = (parameters, options) => new Asgd(parameters, options),
        Oracle = AsgdOracle.Step,
        Bound = new(First: 4, Hundred: 102),
        Page = new()
        {
            Step = "p -= η (g + λ p); a averages p",
            Advice = "is SGD that averages its path and keeps the average in its state.",
        },
        TorchName = "ASGD",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            Lambda = torch.Number("lambd"),
            Alpha = torch.Number("alpha"),
            AveragingStart = torch.Number("t0"),
            WeightDecay = torch.Number("weight_decay"),
            Maximize = torch.Flag("maximize"),
        },
        Defaults = "LearningRate = 0.01, Maximize = False, WeightDecay = 0, Lambda = 0.0001, Alpha = 0.75, AveragingStart = 1000000",
        Bowl = [(new() { LearningRate = 0.3 }, 1e-11)],
        Rosenbrock = [(new() { LearningRate = 0.001 }, 1e-4)],
        Digits = [(new() { LearningRate = 0.1 }, 200, 0.43)],
        Settings =
        [
            ("default", new()),
            ("averaging at once", new() { LearningRate = 0.02, AveragingStart = 0 }),
            ("early averaging", new() { LearningRate = 0.1, Lambda = 0.01, AveragingStart = 3 }),
            ("alpha", new() { LearningRate = 0.5, Lambda = 0.1, Alpha = 0.5, AveragingStart = 50 }),
            ("weight decay", new() { LearningRate = 0.05, Lambda = 0, WeightDecay = 0.1f, AveragingStart = 2 }),
            ("all", new() { LearningRate = 0.2, Lambda = 0.05, Alpha = 1.5, AveragingStart = 4, WeightDecay = 0.02f, Maximize = true }),
        ],
    };
}
