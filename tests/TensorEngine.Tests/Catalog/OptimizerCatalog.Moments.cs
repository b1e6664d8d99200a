using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>Relatives of Adam.</summary>
public static partial class OptimizerCatalog
{
    private static OptimizerRow<AdamaxOptions> Adamax => new()
    {
        Optimizer = typeof(Adamax),
        Step = (b, options, step) => TensorEngine.Optimizers.Adamax.Step(b.Values, b.Gradients, b.State0, b.State1, options, step),
        Make = (parameters, options) => new Adamax(parameters, options),
        States = _ => [new("firstMoment", "exp_avg"), new("largestGradient", "exp_inf")],
        Oracle = AdamaxOracle.Step,
        Bound = new(First: 5, Hundred: 52),
        TorchName = "Adamax",
        TorchOptions = torch => ReadMaximize(ReadAdam(new AdamaxOptions(), torch), torch),
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

    private static OptimizerRow<NAdamOptions> NAdam => new()
    {
        Optimizer = typeof(NAdam),
        Step = (b, options, step) =>
        {
            double product = 1;
            for (long earlier = 1; earlier < step; earlier++)
                TensorEngine.Optimizers.NAdam.Step([], [], [], [], ref product, options, earlier);
            TensorEngine.Optimizers.NAdam.Step(b.Values, b.Gradients, b.State0, b.State1, ref product, options, step);
        },
        Make = (parameters, options) => new NAdam(parameters, options),
        States = _ => [new("firstMoment", "exp_avg"), new("secondMoment", "exp_avg_sq")],
        Oracle = NAdamOracle.Step,
        Bound = new(First: 6, Hundred: 52),
        TorchName = "NAdam",
        TorchOptions = torch => ReadAdam(new NAdamOptions { MomentumDecay = torch.Number("momentum_decay") }, torch),
        Settings =
        [
            ("default", new()),
            ("zero epsilon", new() { Epsilon = 0 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("no first moment", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.99 }),
            ("no momentum decay", new() { MomentumDecay = 0 }),
            ("weight decay", new() { LearningRate = 5e-4, WeightDecay = 0.1f, MomentumDecay = 0.3 }),
            ("decoupled weight decay", new() { WeightDecay = 0.1f, DecoupledWeightDecay = true }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.8, Beta2 = 0.98, Epsilon = 1e-5, MomentumDecay = 0.01, WeightDecay = 0.03f, Maximize = true }),
        ],
    };

    private static OptimizerRow<RAdamOptions> RAdam => new()
    {
        Optimizer = typeof(RAdam),
        Step = (b, options, step) => TensorEngine.Optimizers.RAdam.Step(b.Values, b.Gradients, b.State0, b.State1, options, step),
        Make = (parameters, options) => new RAdam(parameters, options),
        States = _ => [new("firstMoment", "exp_avg"), new("secondMoment", "exp_avg_sq")],
        Oracle = RAdamOracle.Step,
        Bound = new(First: 3, Hundred: 52),
        TorchName = "RAdam",
        TorchOptions = torch => ReadAdam(new RAdamOptions(), torch),
        Settings =
        [
            ("default", new()),
            ("zero epsilon", new() { Epsilon = 0 }),
            ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
            ("no first moment", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.99 }),
            ("never rectified", new() { LearningRate = 1e-4, Beta2 = 0.5 }),
            ("weight decay", new() { WeightDecay = 0.1f }),
            ("decoupled weight decay", new() { WeightDecay = 0.1f, DecoupledWeightDecay = true }),
            ("all", new() { LearningRate = 5e-4, Beta1 = 0.8, Beta2 = 0.98, Epsilon = 1e-5, WeightDecay = 0.03f, Maximize = true }),
        ],
    };

    private static OptimizerRow<LionOptions> Lion => new()
    {
        Optimizer = typeof(Lion),
        Step = (b, options, _) => TensorEngine.Optimizers.Lion.Step(b.Values, b.Gradients, b.State0, options),
        Make = (parameters, options) => new Lion(parameters, options),
        States = _ => [new("average", "exp_avg")],
        Oracle = LionOracle.Step,
        Bound = new(First: 2, Hundred: 102),
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
}
