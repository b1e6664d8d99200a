using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>Optimizers of papers since 2019 that PyTorch has not.</summary>
public static partial class ParameterwiseCatalog
{
    public static ParameterwiseRow StableAdamW => Make<StableAdamW, StableAdamWOptions>(
        new()
        {
            Step = "AdamW's, with lr / max(1, RMS of g / √v̂) for each parameter",
            States = "2",
            StateBytes = "8",
            Traffic = "36",
            Advice = "is AdamW that reduces its rate when a gradient is suddenly large: for runs with loss spikes, in place of `ClipNorm`.",
        },
        (parameters, options) => new StableAdamW(parameters, options),
        StableAdamWOracle.Step,
        s_any,
        4,
        ("default", new()),
        ("no decay", new() { LearningRate = 0.01, WeightDecay = 0 }),
        ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
        ("long memory", new() { LearningRate = 0.1, Beta1 = 0.95, Beta2 = 0.9999, Epsilon = 1e-8 }),
        ("all", new() { LearningRate = 5e-3, Beta1 = 0, Beta2 = 0.98, Epsilon = 1e-3, WeightDecay = 0.3f, Maximize = true }));

    public static ParameterwiseRow NovoGrad => Make<NovoGrad, NovoGradOptions>(
        new()
        {
            Step = "momentum of g / (√v + ε), v averages |g|² of the whole parameter",
            States = "1",
            StateBytes = "4",
            Traffic = "24",
            Advice = "divides each parameter's gradient by its average norm: between SGD and Adam, with half of Adam's memory. Use SGD's rates.",
        },
        (parameters, options) => new NovoGrad(parameters, options),
        NovoGradOracle.Step,
        s_any,
        2.5,
        ("default", new()),
        ("weight decay", new() { LearningRate = 0.03, WeightDecay = 0.1f }),
        ("short memory", new() { LearningRate = 0.1, Beta1 = 0.5, Beta2 = 0.5, Epsilon = 0.1 }),
        ("all", new() { LearningRate = 0.03, Beta1 = 0, Beta2 = 0.9, Epsilon = 0, WeightDecay = 0.3f, Maximize = true }));

    public static ParameterwiseRow Mars => Make<Mars, MarsOptions>(
        new()
        {
            Step = "AdamW's of c = g + γ β₁ / (1 - β₁) (g - g of the step before), |c| at most 1",
            States = "3",
            StateBytes = "12",
            Traffic = "44",
            Advice = "removes part of the gradients' noise by means of their changes, with 1.5 times AdamW's memory.",
        },
        (parameters, options) => new Mars(parameters, options),
        MarsOracle.Step,
        s_any,
        3.5,
        ("default", new()),
        ("no correction", new() { Gamma = 0 }),
        ("weight decay", new() { LearningRate = 0.01, WeightDecay = 0.1f, Gamma = 0.1 }),
        ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9, Gamma = 1 }),
        ("all", new() { LearningRate = 5e-3, Beta1 = 0.8, Beta2 = 0.98, Epsilon = 1e-4, Gamma = 0.05, WeightDecay = 0.3f, Maximize = true }));

    public static ParameterwiseRow Prodigy => Make<Prodigy, ProdigyOptions>(
        new()
        {
            Step = "Adam's with d g for g and lr d for lr; d from sums of g (p₀ - p) over sums of |g|",
            States = "4",
            StateBytes = "16",
            Traffic = "60",
            Advice = "finds Adam's rate by itself: leave `LearningRate` at 1 and use a cosine schedule. It takes twice Adam's memory.",
        },
        (parameters, options) => new Prodigy(parameters, options),
        ProdigyOracle.Step,
        s_any,
        3,
        ("default", new()),
        ("from afar", new() { InitialDistance = 1e-2, Coefficient = 2 }),
        ("weight decay, slow growth", new() { InitialDistance = 1e-3, WeightDecay = 0.1f, GrowthRate = 1.25 }),
        ("own memory of sums", new() { InitialDistance = 1e-2, LearningRate = 0.5, Beta1 = 0.5, Beta2 = 0.9, Beta3 = 0.5 }),
        ("all", new() { LearningRate = 0.3, InitialDistance = 1e-3, Coefficient = 0.5, Beta1 = 0, Beta2 = 0.98, Beta3 = 0.9, Epsilon = 1e-4, WeightDecay = 0.3f, GrowthRate = 2, Maximize = true }));

    public static ParameterwiseRow DAdaptAdam => Make<DAdaptAdam, DAdaptAdamOptions>(
        new()
        {
            Step = "Adam's with d for lr; d from sums of g s / √v over sums of |s|, s sums d g",
            States = "3",
            StateBytes = "12",
            Traffic = "48",
            Advice = "finds Adam's rate by itself, more cautiously than its successor `Prodigy`, with 1.5 times Adam's memory.",
        },
        (parameters, options) => new DAdaptAdam(parameters, options),
        DAdaptAdamOracle.Step,
        s_any,
        3,
        ("default", new()),
        ("from afar", new() { InitialDistance = 1e-2 }),
        ("weight decay, slow growth", new() { InitialDistance = 1e-3, WeightDecay = 0.1f, GrowthRate = 1.25 }),
        ("short memory", new() { InitialDistance = 1e-2, LearningRate = 0.5, Beta1 = 0.5, Beta2 = 0.9 }),
        ("all", new() { LearningRate = 0.3, InitialDistance = 1e-3, Beta1 = 0, Beta2 = 0.98, Epsilon = 1e-4, WeightDecay = 0.3f, GrowthRate = 2, Maximize = true }));

    public static ParameterwiseRow Dog => Make<Dog, DogOptions>(
        new()
        {
            Step = "p -= lr d / √n g; d is the largest |p - p₀|, n sums |g|²",
            States = "1",
            StateBytes = "4",
            Traffic = "24",
            Advice = "is SGD that finds its rate by itself: for fine-tuning. Evaluate the `PolynomialDecayAverage` of the values.",
        },
        (parameters, options) => new Dog(parameters, options),
        DogOracle.Step,
        s_any,
        2,
        ("default", new()),
        ("from afar", new() { InitialDistance = 0.1 }),
        ("weight decay", new() { InitialDistance = 1e-2, WeightDecay = 0.1f }),
        ("all", new() { LearningRate = 0.5, InitialDistance = 1e-2, Epsilon = 1e-3, WeightDecay = 0.03f, Maximize = true }));
}
