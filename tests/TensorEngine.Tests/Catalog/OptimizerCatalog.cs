using System.Reflection;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>
/// The optimizers under test, one row each: a property is a row. A new optimizer is a row here with its oracle; the tests of bits,
/// memory, padding, allocation, truth, documentation and of PyTorch's recordings then cover it, and the pages' tables have it.
/// </summary>
/// <remarks>
/// The bounds after the first step are the largest errors seen at 60 random settings, rounded up. A hundred steps add at most
/// half a unit each time that p is rounded, which tiny steps in one direction come close to: once a step, with decoupled
/// weight decay twice. Weight decays are written as floats (0.1f): where a decay cancels a gradient, all that is left may be
/// what narrowing the decay has changed, and no bound holds. PyTorch's recordings have decays that are not.
/// </remarks>
public static partial class OptimizerCatalog
{
    /// <summary>All properties that are rows: the library's own by name, then those of users.</summary>
    public static IReadOnlyList<IOptimizerRow> Rows { get; } =
    [
        .. typeof(OptimizerCatalog).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType.IsAssignableTo(typeof(IOptimizerRow)))
            .Select(property => (IOptimizerRow)property.GetValue(null)!)
            .OrderByDescending(IsOurs)
            .ThenBy(row => row.Optimizer.Name, StringComparer.Ordinal),
    ];

    public static IEnumerable<IOptimizerRow> LibraryRows => Rows.Where(IsOurs);

    public static IEnumerable<OptimizerCase> Cases => Rows.SelectMany(row => row.Cases);

    public static OptimizerRow<Sgd, SgdOptions> Sgd => new()
    {
        Make = (parameters, options) => new Sgd(parameters, options),
        Oracle = SgdOracle.Step,
        Bound = new(First: 2.5, Hundred: 52),
        Page = new()
        {
            Step = "p -= lr g; with momentum b = μ b + (1 - d) g, p -= lr b; or Nesterov's",
            Advice = "has one knob and, without momentum, no memory. In long valleys it zigzags or crawls; with a good schedule and "
                + "momentum it often generalizes best on images. Gradients of different sizes in different layers are its weakness.",
        },
        TorchName = "SGD",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            Momentum = torch.Number("momentum"),
            Dampening = torch.Number("dampening"),
            WeightDecay = torch.Number("weight_decay"),
            Nesterov = torch.Flag("nesterov"),
            Maximize = torch.Flag("maximize"),
        },
        Defaults = "LearningRate = 0.001, Maximize = False, WeightDecay = 0, Momentum = 0, Dampening = 0, Nesterov = False",
        Bowl = [(new() { LearningRate = 0.3 }, 1e-12), (new() { LearningRate = 0.1, Momentum = 0.9, Nesterov = true }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.001 }, 1e-4), (new() { LearningRate = 0.001, Momentum = 0.9, Nesterov = true }, 1e-11)],
        Digits =
        [
            (new() { LearningRate = 0.1 }, 200, 0.43),
            (new() { LearningRate = 0.05, Momentum = 0.9, Nesterov = true }, 100, 0.23),
        ],
        Settings =
        [
            ("default", new()),
            ("maximize, weight decay", new() { LearningRate = 0.1, WeightDecay = 0.1f, Maximize = true }),
            ("momentum", new() { LearningRate = 0.01, Momentum = 0.9 }),
            ("dampening", new() { LearningRate = 0.03, Momentum = 0.95, Dampening = 0.3 }),
            ("dampening above 1, maximize", new() { LearningRate = 0.01, Momentum = 0.5, Dampening = 1.5, Maximize = true }),
            ("momentum, weight decay", new() { LearningRate = 0.01, Momentum = 0.9, WeightDecay = 0.01f }),
            ("nesterov", new() { LearningRate = 0.01, Momentum = 0.9, Nesterov = true }),
            ("nesterov, all", new() { LearningRate = 0.02, Momentum = 0.8, Nesterov = true, WeightDecay = 0.05f, Maximize = true }),
        ],
    };

    public static OptimizerRow<Momentum, MomentumOptions> Momentum => new()
    {
        Make = (parameters, options) => new Momentum(parameters, options),
        Oracle = MomentumOracle.Step,
        Bound = new(First: 2.5, Hundred: 52),
        Page = new()
        {
            Step = "b = μ b - lr g; p += b",
            Counterpart = "the book's",
            Advice = "accumulates the directions on which gradients agree. The rate is inside the velocity, as in the book; in `Sgd` it is outside, as in "
                + "PyTorch: the paths are the same at a constant rate and differ with a schedule.",
        },
        Defaults = "LearningRate = 0.01, Maximize = False, WeightDecay = 0, Momentum = 0.9",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.003 }, 1e-11)],
        Digits = [(new() { LearningRate = 0.05 }, 100, 0.26)],
        Settings =
        [
            ("default", new()),
            ("no momentum", new() { Momentum = 0 }),
            ("weight decay", new() { LearningRate = 0.05, Momentum = 0.8, WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 0.003, Momentum = 0.99, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    public static OptimizerRow<AdaGrad, AdaGradOptions> AdaGrad => new()
    {
        Make = (parameters, options) => new AdaGrad(parameters, options),
        Oracle = AdaGradOracle.Step,
        Bound = new(First: 3.5, Hundred: 52),
        Page = new()
        {
            Step = "h += g²; p -= lr g / (√h + ε)",
            Advice = "gives each element its own rate, from the gradients it has had. Good where features are rare; in long runs its rates only fall.",
        },
        TorchName = "Adagrad",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            LearningRateDecay = torch.Number("lr_decay"),
            InitialAccumulatorValue = torch.Number("initial_accumulator_value"),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            Maximize = torch.Flag("maximize"),
        },
        Defaults = "LearningRate = 0.01, Maximize = False, WeightDecay = 0, LearningRateDecay = 0, "
            + "InitialAccumulatorValue = 0, Epsilon = 1E-10",
        Bowl = [(new() { LearningRate = 1 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 1 }, 1e-6)],
        Digits = [(new() { LearningRate = 0.05 }, 100, 0.43)],
        Settings =
        [
            ("default", new()),
            ("the book's epsilon", new() { Epsilon = 1e-7 }),
            ("zero epsilon", new() { LearningRate = 0.05, Epsilon = 0 }),
            ("rate decay", new() { LearningRate = 0.1, LearningRateDecay = 0.01 }),
            ("initial accumulator", new() { LearningRate = 0.1, InitialAccumulatorValue = 0.1 }),
            ("weight decay", new() { LearningRate = 0.05, WeightDecay = 0.1f }),
            ("all", new()
            {
                LearningRate = 0.2, LearningRateDecay = 0.1, InitialAccumulatorValue = 1e-3, Epsilon = 1e-5, WeightDecay = 0.02f, Maximize = true,
            }),
        ],
    };

    public static OptimizerRow<Adam, AdamOptions> Adam => new()
    {
        Make = (parameters, options) => new Adam(parameters, options),
        Oracle = AdamOracle.Step,
        Bound = new(First: 5, Hundred: 52),
        Page = new()
        {
            Step = "m, v average g, g²; p -= lr m̂ / (√v̂ + ε); AMSGrad: the largest v",
            Advice = "is RMSprop with momentum and a corrected start. Steps are about as large as the rate, whatever the size of the "
                + "gradients, which makes it easy to tune, and noisy near the minimum: let the rate decay. With `AmsGrad` no rate rises "
                + "again: rarely better in practice, but useful if Adam jumps after a long calm.",
        },
        TorchName = "Adam",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            Beta1 = torch.Number("betas", 0),
            Beta2 = torch.Number("betas", 1),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            AmsGrad = torch.Flag("amsgrad"),
            Maximize = torch.Flag("maximize"),
        },
        Defaults = "LearningRate = 0.001, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08, "
            + "WeightDecay = 0, AmsGrad = False, EpsilonOutsideCorrection = False",
        Bowl = [(new() { LearningRate = 0.3 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.003 }, 1e-10)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.33), (new() { LearningRate = 0.01, AmsGrad = true }, 100, 0.33)],
        Settings =
        [
            ("default", new()),
            ("zero epsilon", new() { LearningRate = 0.002, Epsilon = 0 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("no first moment", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.99 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("amsgrad", new() { LearningRate = 0.01, AmsGrad = true }),
            ("all", new() { LearningRate = 0.1, Beta1 = 0.95, Beta2 = 0.9, Epsilon = 1e-5, WeightDecay = 0.03f, AmsGrad = true, Maximize = true }),
            ("the book's", new() { Epsilon = 1e-7, EpsilonOutsideCorrection = true }),
            ("the book's, amsgrad", new() { LearningRate = 0.01, Epsilon = 1e-5, EpsilonOutsideCorrection = true, AmsGrad = true }),
        ],
    };

    public static OptimizerRow<AdamW, AdamWOptions> AdamW => new()
    {
        Make = (parameters, options) => new AdamW(parameters, options),
        Oracle = AdamOracle.StepDecoupled,
        Bound = new(First: 5, Hundred: 102),
        DecouplesDecay = true,
        Page = new()
        {
            Step = "p -= lr λ p, then Adam's",
            Advice = "is Adam with decay that is not divided by the root. Prefer it wherever you want decay; without decay they are the "
                + "same.",
        },
        TorchName = "AdamW",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            Beta1 = torch.Number("betas", 0),
            Beta2 = torch.Number("betas", 1),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            AmsGrad = torch.Flag("amsgrad"),
            Maximize = torch.Flag("maximize"),
        },
        Defaults = "LearningRate = 0.001, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08, "
            + "WeightDecay = 0.01, AmsGrad = False, EpsilonOutsideCorrection = False",
        Bowl = [(new() { LearningRate = 0.3, WeightDecay = 0 }, 1e-20)],
        Rosenbrock = [(new() { LearningRate = 0.003, WeightDecay = 0 }, 1e-10)],
        Digits = [(new() { LearningRate = 0.01 }, 100, 0.33)],
        Settings =
        [
            ("default", new()),
            ("no weight decay", new() { WeightDecay = 0 }),
            ("weight decay, maximize", new() { WeightDecay = 0.1f, Maximize = true }),
            ("zero epsilon", new() { LearningRate = 0.002, Epsilon = 0 }),
            ("amsgrad", new() { LearningRate = 0.01, AmsGrad = true }),
            ("all", new() { LearningRate = 0.1, Beta1 = 0.95, Beta2 = 0.9, Epsilon = 1e-5, WeightDecay = 0.3f, AmsGrad = true, Maximize = true }),
        ],
    };

    private static bool IsOurs(IOptimizerRow row) => row.Optimizer.Assembly == typeof(Adam).Assembly;
}
