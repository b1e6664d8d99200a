using Samples.Shared.CommandLine;
using TensorEngine;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using static Samples.Shared.Choices.OptimizerFactory;

namespace Samples.Shared.Choices;

/// <summary>
/// An optimizer of the samples and benchmarks. <see cref="All"/> has a row for each, and nothing else lists them: to add an optimizer, add
/// a row.
/// </summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Title">The name in tables, charts and files.</param>
/// <param name="SurfaceRates">Learning rates on functions of two variables.</param>
/// <param name="Factory">Creates it: p are the parameters, o the options, and d is a weight decay.</param>
/// <param name="IsDropIn">
/// Whether a training loop can use it in place of any other. It cannot if the optimizer is for matrices only or has separate values for
/// evaluation.
/// </param>
public sealed record OptimizerChoice(string Name, string Title, SurfaceRates SurfaceRates, OptimizerFactory Factory, bool IsDropIn = true)
{
    /// <summary>The book's four optimizers, in its order.</summary>
    public static IReadOnlyList<OptimizerChoice> Book { get; } =
    [
        new("sgd", "SGD", new(Bowl: 0.95, Rosenbrock: 0.002, Beale: 0.01), Fused(
            new SgdOptions { LearningRate = 0.01 }, (p, o) => new Sgd(p, o), (o, d) => o with { WeightDecay = d })),
        new("momentum", "Momentum", new(Bowl: 0.1, Rosenbrock: 0.001, Beale: 0.001), Fused(
            new MomentumOptions(), (p, o) => new Momentum(p, o), (o, d) => o with { WeightDecay = d })),
        new("adagrad", "AdaGrad", new(Bowl: 1.5, Rosenbrock: 1, Beale: 1), Fused(
            new AdaGradOptions(), (p, o) => new AdaGrad(p, o), (o, d) => o with { WeightDecay = d }, o => o with { Epsilon = 1e-7 })),
        new("adam", "Adam", new(Bowl: 0.3, Rosenbrock: 0.2, Beale: 0.2), Fused(
            new AdamOptions(), (p, o) => new Adam(p, o), (o, d) => o with { WeightDecay = d }, BookAdam)),
    ];

    /// <summary>All optimizers that step with plain gradients, except SparseAdam, which is for tables of rows.</summary>
    public static IReadOnlyList<OptimizerChoice> All { get; } =
    [
        .. Book,
        new("adamw", "AdamW", new(Bowl: 0.3, Rosenbrock: 0.2, Beale: 0.2), Fused(
            new AdamWOptions(), (p, o) => new AdamW(p, o), (o, d) => o with { WeightDecay = d })),
        new("amsgrad", "AMSGrad", new(Bowl: 0.3, Rosenbrock: 0.2, Beale: 0.2), Fused(
            new AdamOptions { AmsGrad = true }, (p, o) => new Adam(p, o), (o, d) => o with { WeightDecay = d }, BookAdam)),
        new("adamax", "Adamax", new(Bowl: 0.5, Rosenbrock: 0.5, Beale: 0.5), Fused(
            new AdamaxOptions(), (p, o) => new Adamax(p, o), (o, d) => o with { WeightDecay = d })),
        new("nadam", "NAdam", new(Bowl: 0.5, Rosenbrock: 0.1, Beale: 0.1), Fused(
            new NAdamOptions(), (p, o) => new NAdam(p, o), (o, d) => o with { WeightDecay = d })),
        new("nadamw", "NAdamW", new(Bowl: 0.5, Rosenbrock: 0.1, Beale: 0.1), Fused(
            new NAdamWOptions(), (p, o) => new NAdamW(p, o), (o, d) => o with { WeightDecay = d })),
        new("radam", "RAdam", new(Bowl: 1, Rosenbrock: 0.002, Beale: 0.01), Fused(
            new RAdamOptions(), (p, o) => new RAdam(p, o), (o, d) => o with { WeightDecay = d })),
        new("radamw", "RAdamW", new(Bowl: 1, Rosenbrock: 0.002, Beale: 0.01), Fused(
            new RAdamWOptions(), (p, o) => new RAdamW(p, o), (o, d) => o with { WeightDecay = d })),
        new("nesterov", "Nesterov", new(Bowl: 0.1, Rosenbrock: 0.001, Beale: 0.002), Fused(
            new NesterovOptions(), (p, o) => new Nesterov(p, o), (o, d) => o with { WeightDecay = d })),
        new("rmsprop", "RMSprop", new(Bowl: 0.2, Rosenbrock: 0.03, Beale: 0.05), Fused(
            new RmsPropOptions(), (p, o) => new RmsProp(p, o), (o, d) => o with { WeightDecay = d })),
        new("adadelta", "Adadelta", new(Bowl: 100, Rosenbrock: 3, Beale: 3), Fused(
            new AdadeltaOptions(), (p, o) => new Adadelta(p, o), (o, d) => o with { WeightDecay = d })),
        new("rprop", "Rprop", new(Bowl: 0.3, Rosenbrock: 0.03, Beale: 0.01), Fused(
            new RpropOptions(), (p, o) => new Rprop(p, o), (o, d) => o with { WeightDecay = d })),
        new("asgd", "ASGD", new(Bowl: 0.5, Rosenbrock: 0.002, Beale: 0.01), Fused(
            new AsgdOptions(), (p, o) => new Asgd(p, o), (o, d) => o with { WeightDecay = d })),
        new("lion", "Lion", new(Bowl: 0.2, Rosenbrock: 0.01, Beale: 0.05), Fused(
            new LionOptions(), (p, o) => new Lion(p, o), (o, d) => o with { WeightDecay = d })),
        new("adabelief", "AdaBelief", new(Bowl: 0.3, Rosenbrock: 0.1, Beale: 0.1), Fused(
            new AdaBeliefOptions(), (p, o) => new AdaBelief(p, o), (o, d) => o with { WeightDecay = d })),
        new("adan", "Adan", new(Bowl: 0.3, Rosenbrock: 0.1, Beale: 0.1), Fused(
            new AdanOptions(), (p, o) => new Adan(p, o), (o, d) => o with { WeightDecay = d })),
        new("ademamix", "AdEMAMix", new(Bowl: 0.1, Rosenbrock: 0.02, Beale: 0.05), Fused(
            new AdEMAMixOptions(), (p, o) => new AdEMAMix(p, o), (o, d) => o with { WeightDecay = d })),
        new("adopt", "ADOPT", new(Bowl: 0.3, Rosenbrock: 0.05, Beale: 0.05), Fused(
            new AdoptOptions(), (p, o) => new Adopt(p, o), (o, d) => o with { WeightDecay = d })),
        new("laprop", "LaProp", new(Bowl: 0.3, Rosenbrock: 0.05, Beale: 0.05), Fused(
            new LaPropOptions(), (p, o) => new LaProp(p, o), (o, d) => o with { WeightDecay = d })),
        new("yogi", "Yogi", new(Bowl: 0.3, Rosenbrock: 0.05, Beale: 0.05), Fused(
            new YogiOptions(), (p, o) => new Yogi(p, o), (o, d) => o with { WeightDecay = d })),
        new("signum", "Signum", new(Bowl: 0.2, Rosenbrock: 0.01, Beale: 0.05), Fused(
            new SignumOptions(), (p, o) => new Signum(p, o), (o, d) => o with { WeightDecay = d })),
        new("simplified-ademamix", "Simplified AdEMAMix", new(Bowl: 0.01, Rosenbrock: 0.0005, Beale: 0.00003), Fused(
            new SimplifiedAdEMAMixOptions(), (p, o) => new SimplifiedAdEMAMix(p, o), (o, d) => o with { WeightDecay = d })),
        new("ftrl", "FTRL", new(Bowl: 1, Rosenbrock: 0.5, Beale: 0.5), Fused(
            new FtrlOptions(), (p, o) => new Ftrl(p, o), (o, d) => o with { L2Shrinkage = d / 2 })),
        new("stable-adamw", "StableAdamW", new(Bowl: 0.3, Rosenbrock: 0.2, Beale: 0.2), Whole(
            new StableAdamWOptions(), (p, o) => new StableAdamW(p, o), (o, d) => o with { WeightDecay = d })),
        new("novograd", "NovoGrad", new(Bowl: 0.05, Rosenbrock: 0.005, Beale: 0.01), Whole(
            new NovoGradOptions(), (p, o) => new NovoGrad(p, o), (o, d) => o with { WeightDecay = d })),
        new("mars", "MARS", new(Bowl: 0.3, Rosenbrock: 0.1, Beale: 0.1), Whole(
            new MarsOptions(), (p, o) => new Mars(p, o), (o, d) => o with { WeightDecay = d })),
        // Factors of the rates that these find: with 1 they leave the pictures, or have hardly left when the bowl's few steps end.
        new("prodigy", "Prodigy", new(Bowl: 0.3, Rosenbrock: 0.1, Beale: 0.3), Whole(
            new ProdigyOptions(), (p, o) => new Prodigy(p, o), (o, d) => o with { WeightDecay = d })),
        new("dadapt-adam", "D-Adapt Adam", new(Bowl: 0.3, Rosenbrock: 1, Beale: 1), Whole(
            new DAdaptAdamOptions(), (p, o) => new DAdaptAdam(p, o), (o, d) => o with { WeightDecay = d })),
        new("dog", "DoG", new(Bowl: 3, Rosenbrock: 1, Beale: 1), Whole(
            new DogOptions(), (p, o) => new Dog(p, o), (o, d) => o with { WeightDecay = d })),
        new("lars", "LARS", new(Bowl: 30, Rosenbrock: 10, Beale: 1), Whole(
            new LarsOptions(), (p, o) => new Lars(p, o), (o, d) => o with { WeightDecay = d })),
        new("lamb", "LAMB", new(Bowl: 0.2, Rosenbrock: 0.05, Beale: 0.01), Whole(
            new LambOptions(), (p, o) => new Lamb(p, o), (o, d) => o with { WeightDecay = d })),
        new("adafactor", "Adafactor", new(Bowl: 1, Rosenbrock: 0.05, Beale: 0.03), Whole(
            new AdafactorOptions(), (p, o) => new Adafactor(p, o), (o, d) => o with { WeightDecay = d })),
        new("soap", "SOAP", new(Bowl: 0.3, Rosenbrock: 0.1, Beale: 0.1), Whole(
            new SoapOptions(), (p, o) => new Soap(p, o), (o, d) => o with { WeightDecay = d })),
        new("muon", "Muon", new(Bowl: 0.3, Rosenbrock: 0.02, Beale: 0.03), Whole(
            new MuonOptions(), (p, o) => new Muon(p, o), (o, d) => o with { WeightDecay = d }), IsDropIn: false),
        new("sf-sgd", "Schedule-free SGD", new(Bowl: 1, Rosenbrock: 0.005, Beale: 0.01), Fused(
            new ScheduleFreeSgdOptions(), (p, o) => new ScheduleFreeSgd(p, o), (o, d) => o with { WeightDecay = d }), IsDropIn: false),
        new("sf-adamw", "Schedule-free AdamW", new(Bowl: 1, Rosenbrock: 0.3, Beale: 0.5), Fused(
            new ScheduleFreeAdamWOptions(), (p, o) => new ScheduleFreeAdamW(p, o), (o, d) => o with { WeightDecay = d }), IsDropIn: false),
    ];

    /// <summary>The default learning rate.</summary>
    public double Rate => Factory.Options.LearningRate;

    /// <inheritdoc cref="OptimizerFactory.Create"/>
    public Optimizer Create(IEnumerable<Parameter> parameters, double rate, double? weightDecay = null) =>
        Factory.Create(parameters, rate, weightDecay);

    /// <summary>Returns the choice with the name <paramref name="name"/>, in upper or lower case.</summary>
    /// <exception cref="InputException">There is no such choice in <paramref name="choices"/>.</exception>
    public static OptimizerChoice Parse(string name, IReadOnlyList<OptimizerChoice> choices) =>
        choices.FirstOrDefault(choice => string.Equals(choice.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw SampleOption.Unusable("--optimizer", name, $"one of {Names(choices)}");

    /// <summary>The names, for messages and the help.</summary>
    public static string Names(IEnumerable<OptimizerChoice> choices) => string.Join(", ", choices.Select(choice => choice.Name));

    public override string ToString() => Name;

    /// <summary>The book adds 1e-7 instead of PyTorch's 1e-8, and adds it after the paper's shortened correction.</summary>
    private static AdamOptions BookAdam(AdamOptions options) => options with { Epsilon = 1e-7, EpsilonOutsideCorrection = true };
}

/// <summary>Learning rates for an optimizer on each surface; those of the first four optimizers on the bowl are the book's.</summary>
/// <param name="Bowl">On x²/20 + y².</param>
/// <param name="Rosenbrock">In Rosenbrock's valley.</param>
/// <param name="Beale">On Beale's plain.</param>
public sealed record SurfaceRates(double Bowl, double Rosenbrock, double Beale);
