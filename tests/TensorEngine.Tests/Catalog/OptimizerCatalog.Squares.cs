using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>Optimizers that divide by average squares, and those that follow signs or averages.</summary>
public static partial class OptimizerCatalog
{
    private static OptimizerRow<NesterovOptions> Nesterov => new()
    {
        Optimizer = typeof(Nesterov),
        Step = (b, options, _) => TensorEngine.Optimizers.Nesterov.Step(b.Values, b.Gradients, b.State0, options),
        Make = (parameters, options) => new Nesterov(parameters, options),
        States = _ => [new("velocity", "velocity")],
        Oracle = NesterovOracle.Step,
        Bound = new(First: 3, Hundred: 52),
        Settings =
        [
            ("default", new()),
            ("no momentum", new() { Momentum = 0 }),
            ("weight decay", new() { LearningRate = 0.05, Momentum = 0.8, WeightDecay = 0.1f }),
            ("all", new() { LearningRate = 0.003, Momentum = 0.99, WeightDecay = 0.3f, Maximize = true }),
        ],
    };

    private static OptimizerRow<AdadeltaOptions> Adadelta => new()
    {
        Optimizer = typeof(Adadelta),
        Step = (b, options, _) => TensorEngine.Optimizers.Adadelta.Step(b.Values, b.Gradients, b.State0, b.State1, options),
        Make = (parameters, options) => new Adadelta(parameters, options),
        States = _ => [new("squareAverage", "square_avg"), new("stepAverage", "acc_delta")],
        Oracle = AdadeltaOracle.Step,
        Bound = new(First: 5, Hundred: 52),
        TorchName = "Adadelta",
        TorchOptions = torch => new()
        {
            LearningRate = torch.Number("lr"),
            Rho = torch.Number("rho"),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            Maximize = torch.Flag("maximize"),
        },
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

    private static OptimizerRow<RmsPropOptions> RmsProp => new()
    {
        Optimizer = typeof(RmsProp),
        Step = (b, options, _) =>
        {
            if (options.Centered && options.Momentum > 0)
                TensorEngine.Optimizers.RmsProp.Step(b.Values, b.Gradients, b.State0, b.State1, b.State2, options);
            else if (options.Centered || options.Momentum > 0)
                TensorEngine.Optimizers.RmsProp.Step(b.Values, b.Gradients, b.State0, b.State1, options);
            else
                TensorEngine.Optimizers.RmsProp.Step(b.Values, b.Gradients, b.State0, options);
        },
        Make = (parameters, options) => new RmsProp(parameters, options),
        States = options => (options.Centered, options.Momentum > 0) switch
        {
            (false, false) => [new("squareAverage", "square_avg")],
            (false, true) => [new("squareAverage", "square_avg"), new("averageOrMomentum", "momentum_buffer")],
            (true, false) => [new("squareAverage", "square_avg"), new("averageOrMomentum", "grad_avg")],
            (true, true) => [new("squareAverage", "square_avg"), new("average", "grad_avg"), new("momentumBuffer", "momentum_buffer")],
        },
        Oracle = RmsPropOracle.Step,
        Bound = new(First: 5, Hundred: 52),
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

    private static OptimizerRow<RpropOptions> Rprop => new()
    {
        Optimizer = typeof(Rprop),
        Step = (b, options, step) => TensorEngine.Optimizers.Rprop.Step(b.Values, b.Gradients, b.State0, b.State1, options, step),
        Make = (parameters, options) => new Rprop(parameters, options),
        States = _ => [new("previous", "prev"), new("stepSizes", "step_size")],
        Oracle = RpropOracle.Step,
        Bound = new(First: 2, Hundred: 150),
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
        Settings =
        [
            ("default", new()),
            ("wide etas", new() { LearningRate = 0.1, EtaMinus = 0.3, EtaPlus = 1.5 }),
            ("narrow step sizes", new() { SmallestStepSize = 5e-3, LargestStepSize = 0.05 }),
            ("rate above the largest step", new() { LearningRate = 1, LargestStepSize = 0.1 }),
            ("all", new() { LearningRate = 1e-3, EtaMinus = 0.9, EtaPlus = 1.05, SmallestStepSize = 1e-4, LargestStepSize = 0.5, Maximize = true }),
        ],
    };

    private static OptimizerRow<AsgdOptions> Asgd => new()
    {
        Optimizer = typeof(Asgd),
        Step = (b, options, step) => TensorEngine.Optimizers.Asgd.Step(b.Values, b.Gradients, b.State0, options, step),
        Make = (parameters, options) => new Asgd(parameters, options),
        States = _ => [new("average", "ax")],
        Oracle = AsgdOracle.Step,
        Bound = new(First: 4, Hundred: 102),
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
