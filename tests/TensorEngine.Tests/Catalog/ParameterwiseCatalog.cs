using System.Reflection;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>The optimizers that see whole parameters, at settings that touch every option.</summary>
public static partial class ParameterwiseCatalog
{
    private static readonly Shape[] s_matrices = [[7, 9], [33, 20], [20, 33], [1, 6], [6, 1], [16, 16]];
    private static readonly Shape[] s_any = [[], [17], [7, 9], [16], [3, 5, 2], [1], [40, 24], [31], [2, 2, 3, 4]];

    /// <summary>All properties that are rows, by name.</summary>
    public static IReadOnlyList<ParameterwiseRow> Rows { get; } =
    [
        .. typeof(ParameterwiseCatalog).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(ParameterwiseRow))
            .Select(property => (ParameterwiseRow)property.GetValue(null)!)
            .OrderBy(row => row.Optimizer.Name, StringComparer.Ordinal),
    ];

    public static IEnumerable<ParameterwiseCase> Cases => Rows.SelectMany(row => row.Cases);

    public static ParameterwiseRow Lars => Make<Lars, LarsOptions>(
        new()
        {
            Step = "SGD's, scaled for each parameter by |p| / |g|",
            States = "1",
            StateBytes = "4",
            Traffic = "28",
            Advice = "scales each layer's step to the layer's size, for very large batches. With small ones it is SGD with one more setting to tune.",
        },
        (parameters, options) => new Lars(parameters, options),
        LarsOracle.Step,
        s_any,
        2,
        ("default", new()),
        ("no momentum", new() { Momentum = 0, LearningRate = 3 }),
        ("dampening, weight decay", new() { LearningRate = 2, Momentum = 0.8, Dampening = 0.3, WeightDecay = 1e-2f }),
        ("nesterov, trust", new() { Nesterov = true, TrustCoefficient = 0.02, Epsilon = 1e-3 }),
        ("all", new() { LearningRate = 0.5, Momentum = 0.95, Nesterov = true, TrustCoefficient = 0.1, Epsilon = 1e-9, WeightDecay = 0.1f, Maximize = true }));

    public static ParameterwiseRow Lamb => Make<Lamb, LambOptions>(
        new()
        {
            Step = "Adam's, scaled for each parameter by |p| / |its step|",
            States = "2",
            StateBytes = "8",
            Traffic = "56",
            Advice = "does the same with Adam's step, for models that Adam trains, with very large batches.",
        },
        (parameters, options) => new Lamb(parameters, options),
        LambOracle.Step,
        s_any,
        3.5,
        ("default", new()),
        ("weight decay", new() { LearningRate = 0.01, WeightDecay = 0.01f }),
        ("limit", new() { LearningRate = 0.02, MaximumTrustRatio = 0.5 }),
        ("short memory", new() { LearningRate = 0.1, Beta1 = 0.5, Beta2 = 0.9, Epsilon = 0.1 }),
        ("all", new() { LearningRate = 0.03, Beta1 = 0, Beta2 = 0.99, Epsilon = 0, WeightDecay = 0.3f, MaximumTrustRatio = 2, Maximize = true }));

    public static ParameterwiseRow Adafactor => Make<Adafactor, AdafactorOptions>(
        new()
        {
            Counterpart = "",
            Step = "v from the means of rows and of columns; steps relative to |p|",
            States = "1 / row and column",
            StateBytes = "one float per row and per column of a matrix",
            Traffic = "64",
            Advice = "keeps averages of rows and columns instead of the second moment; steps are relative to the size of the parameter.",
        },
        (parameters, options) => new Adafactor(parameters, options),
        AdafactorOracle.Step,
        s_any,
        2.5,
        ("default", new()),
        ("large rate", new() { LearningRate = 0.7 }),
        ("weight decay", new() { LearningRate = 0.05, WeightDecay = 0.1f }),
        ("long memory, no clipping", new() { Beta2Decay = -1, ClippingThreshold = 1e9 }),
        ("large epsilons", new() { Epsilon1 = 0.01, Epsilon2 = 10 }),
        ("all", new() { LearningRate = 0.1, Beta2Decay = -0.5, Epsilon1 = 1e-15, Epsilon2 = 0, ClippingThreshold = 1.5, WeightDecay = 0.3f, Maximize = true }));

    public static ParameterwiseRow Muon => Make<Muon, MuonOptions>(
        new()
        {
            Counterpart = "",
            Step = "momentum, made orthogonal by Newton and Schulz's iteration; matrices",
            States = "1",
            StateBytes = "4",
            Traffic = "products",
            Advice = "makes each matrix's step nearly orthogonal. It is for matrices only and costs matrix products.",
        },
        (parameters, options) => new Muon(parameters, options),
        MuonOracle.Step,
        s_matrices,
        null,
        ("default", new()),
        ("no nesterov", new() { LearningRate = 0.02, Nesterov = false, Momentum = 0.5 }),
        ("as AdamW", new() { LearningRate = 0.02, RateAdjustment = MuonRateAdjustment.MatchRmsAdamW, WeightDecay = 0 }),
        ("cubic", new() { NewtonSchulzCoefficients = new(1.5, -0.5, 0), NewtonSchulzSteps = 8 }),
        ("no steps", new() { NewtonSchulzSteps = 0, Epsilon = 1 }),
        ("large epsilon", new() { Epsilon = 1e9, Maximize = true }));

    public static ParameterwiseRow Soap => Make<Soap, SoapOptions>(
        new()
        {
            Step = "Adam's in the eigenvectors of averages of G Gᵀ and Gᵀ G, which follow every 10th step",
            States = "2 + squares of sides",
            StateBytes = "8, and twice each side's square",
            Traffic = "products",
            Advice = "is Adam in the bases in which a matrix's gradients vary independently: fewer steps than Adam's, each at the price of products.",
        },
        (parameters, options) => new Soap(parameters, options),
        SoapOracle.Step,
        [.. s_matrices, .. s_any],
        null,
        ("default", new()),
        ("bases that follow at once", new() { LearningRate = 0.02, PreconditionFrequency = 1, WeightDecay = 0 }),
        ("short sides only", new() { MaximumSide = 20, PreconditionFrequency = 3, ShampooBeta = 0.5 }),
        ("no bases", new() { MaximumSide = 0, Beta1 = 0.5, Beta2 = 0.99 }),
        ("all", new() { LearningRate = 0.01, Beta1 = 0, Beta2 = 0.9, ShampooBeta = 0.99, Epsilon = 1e-4, WeightDecay = 0.3f, PreconditionFrequency = 4, MaximumSide = 32, NormalizeSteps = true, Maximize = true }));

    private static ParameterwiseRow Make<TOptimizer, TOptions>(
        OptimizerPage page,
        Func<IEnumerable<Parameter>, TOptions, TOptimizer> make,
        ParameterwiseOracle<TOptions> oracle,
        Shape[] shapes,
        double? bound,
        params (string Name, TOptions Options)[] settings)
        where TOptimizer : Optimizer
        where TOptions : OptimizerOptions => new(
            typeof(TOptimizer),
            page,
            settings.Select(setting => new ParameterwiseCase<TOptions>(make, oracle, setting.Options)
            {
                Name = $"{typeof(TOptimizer).Name}: {setting.Name}",
                Shapes = shapes,
                Bound = bound,
                SeesAll = typeof(TOptimizer).IsAssignableTo(typeof(DistanceOptimizer<TOptions>)),
            }));
}
