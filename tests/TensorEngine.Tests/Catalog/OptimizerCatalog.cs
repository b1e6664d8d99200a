using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>
/// The optimizers under test, one row each. A new optimizer is a row here and an oracle; the tests of bits, memory, padding,
/// allocation, truth, documentation and of PyTorch's recordings then cover it.
/// </summary>
/// <remarks>
/// The bounds after the first step are the largest errors seen at 60 random settings, rounded up. A hundred steps add at most
/// half a unit each time that p is rounded, which tiny steps in one direction come close to: once a step, with decoupled
/// weight decay twice. Weight decays are written as floats (0.1f): where a decay cancels a gradient, all that is left may be
/// what narrowing the decay has changed, and no bound holds. PyTorch's recordings have decays that are not.
/// </remarks>
public static partial class OptimizerCatalog
{
    public static IReadOnlyList<IOptimizerRow> Rows =>
    [
        Sgd, Momentum, Nesterov, AdaGrad, Adam, AdamW, Adamax, NAdam, RAdam, Adadelta, RmsProp, Rprop, Asgd, Lion, ScheduleFreeSgd,
        ScheduleFreeAdamW,
    ];

    public static IEnumerable<OptimizerCase> Cases => Rows.SelectMany(row => row.Cases);

    private static OptimizerRow<SgdOptions> Sgd => new()
    {
        Optimizer = typeof(Sgd),
        Step = (b, options, step) =>
        {
            if (options.Momentum == 0)
                TensorEngine.Optimizers.Sgd.Step(b.Values, b.Gradients, options);
            else
                TensorEngine.Optimizers.Sgd.Step(b.Values, b.Gradients, b.State0, options, step);
        },
        Make = (parameters, options) => new Sgd(parameters, options),
        States = options => options.Momentum == 0 ? [] : [new("momentumBuffer", "momentum_buffer")],
        Oracle = SgdOracle.Step,
        Bound = new(First: 2.5, Hundred: 52),
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

    private static OptimizerRow<MomentumOptions> Momentum => new()
    {
        Optimizer = typeof(Momentum),
        Step = (b, options, _) => TensorEngine.Optimizers.Momentum.Step(b.Values, b.Gradients, b.State0, options),
        Make = (parameters, options) => new Momentum(parameters, options),
        States = _ => [new("velocity", "velocity")],
        Oracle = MomentumOracle.Step,
        Bound = new(First: 2.5, Hundred: 52),
        Settings =
        [
            ("default", new()),
            ("no momentum", new() { Momentum = 0 }),
            ("weight decay", new() { LearningRate = 0.05, Momentum = 0.8, WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 0.003, Momentum = 0.99, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    private static OptimizerRow<AdaGradOptions> AdaGrad => new()
    {
        Optimizer = typeof(AdaGrad),
        Step = (b, options, step) => TensorEngine.Optimizers.AdaGrad.Step(b.Values, b.Gradients, b.State0, options, step),
        Make = (parameters, options) => new AdaGrad(parameters, options),
        States = options => [new("sum", "sum", (float)options.InitialAccumulatorValue)],
        Oracle = AdaGradOracle.Step,
        Bound = new(First: 3.5, Hundred: 52),
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

    private static OptimizerRow<AdamOptions> Adam => new()
    {
        Optimizer = typeof(Adam),
        Step = StepAdam,
        Make = (parameters, options) => new Adam(parameters, options),
        States = AdamStates,
        Oracle = AdamOracle.Step,
        Bound = new(First: 5, Hundred: 52),
        TorchName = "Adam",
        TorchOptions = torch => ReadMaximize(ReadAdam(new AdamOptions { AmsGrad = torch.Flag("amsgrad") }, torch), torch),
        Settings =
        [
            ("default", new()),
            ("zero epsilon", new() { LearningRate = 0.002, Epsilon = 0 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("no first moment", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.99 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("decoupled weight decay, maximize", new() { WeightDecay = 0.1f, DecoupledWeightDecay = true, Maximize = true }),
            ("amsgrad", new() { LearningRate = 0.01, AmsGrad = true }),
            ("all", new() { LearningRate = 0.1, Beta1 = 0.95, Beta2 = 0.9, Epsilon = 1e-5, WeightDecay = 0.03f, AmsGrad = true, Maximize = true }),
            ("the book's", new() { Epsilon = 1e-7, EpsilonOutsideCorrection = true }),
            ("the book's, amsgrad", new() { LearningRate = 0.01, Epsilon = 1e-5, EpsilonOutsideCorrection = true, AmsGrad = true }),
        ],
    };

    private static OptimizerRow<AdamWOptions> AdamW => new()
    {
        Optimizer = typeof(AdamW),
        Step = StepAdam,
        Make = (parameters, options) => new AdamW(parameters, options),
        States = AdamStates,
        Oracle = AdamOracle.StepDecoupled,
        Bound = new(First: 5, Hundred: 102),
        TorchName = "AdamW",
        TorchOptions = torch => ReadMaximize(ReadAdam(new AdamWOptions { AmsGrad = torch.Flag("amsgrad") }, torch), torch),
        Settings =
        [
            ("default", new()),
            ("no weight decay", new() { WeightDecay = 0 }),
            ("zero epsilon", new() { LearningRate = 0.002, Epsilon = 0 }),
            ("amsgrad", new() { LearningRate = 0.01, AmsGrad = true }),
            ("all", new() { LearningRate = 0.1, Beta1 = 0.95, Beta2 = 0.9, Epsilon = 1e-5, WeightDecay = 0.3f, AmsGrad = true, Maximize = true }),
        ],
    };

    private static StateBuffer[] AdamStates(AdamOptions options)
    {
        StateBuffer first = new("firstMoment", "exp_avg"), second = new("secondMoment", "exp_avg_sq");
        return options.AmsGrad ? [first, second, new("maximumSecondMoment", "max_exp_avg_sq")] : [first, second];
    }

    private static void StepAdam(StepBuffers b, AdamOptions options, long step)
    {
        if (options.AmsGrad)
            TensorEngine.Optimizers.Adam.Step(b.Values, b.Gradients, b.State0, b.State1, b.State2, options, step);
        else
            TensorEngine.Optimizers.Adam.Step(b.Values, b.Gradients, b.State0, b.State1, options, step);
    }

    private static TOptions ReadAdam<TOptions>(TOptions options, TorchOptions torch)
        where TOptions : MomentOptions
    {
        options.LearningRate = torch.Number("lr");
        options.Beta1 = torch.Number("betas", 0);
        options.Beta2 = torch.Number("betas", 1);
        options.Epsilon = torch.Number("eps");
        options.WeightDecay = torch.Number("weight_decay");
        return options;
    }

    private static TOptions ReadMaximize<TOptions>(TOptions options, TorchOptions torch)
        where TOptions : OptimizerOptions
    {
        options.Maximize = torch.Flag("maximize");
        return options;
    }
}
