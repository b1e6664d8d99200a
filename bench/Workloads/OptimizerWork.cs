using TensorEngine.Benchmarks.Timing;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>Does the step of a number.</summary>
public delegate void OptimizerStep(StepBuffers buffers, long step);

/// <summary>An optimizer and what it is compared with. The steps compute the same, up to rounding.</summary>
/// <param name="Name">As it stands in the tables.</param>
/// <param name="States">How many state buffers a step reads and writes.</param>
/// <param name="Make">The library's optimizer.</param>
/// <param name="TensorEngine">The library's step over spans.</param>
/// <param name="Scalar">One of <see cref="ScalarLoops"/>, or null.</param>
/// <param name="Chain">One of <see cref="TensorPrimitivesChains"/>, or null.</param>
public sealed record OptimizerWork(
    string Name,
    int States,
    Func<IEnumerable<Parameter>, Optimizer> Make,
    OptimizerStep TensorEngine,
    OptimizerStep? Scalar = null,
    OptimizerStep? Chain = null)
    : IBytesPerElement
{
    private static readonly SgdOptions s_sgd = new();
    private static readonly SgdOptions s_sgdMomentum = new() { Momentum = .9 };
    private static readonly MomentumOptions s_momentum = new();
    private static readonly AdaGradOptions s_adaGrad = new();
    private static readonly AdamOptions s_adam = new();
    private static readonly AdamWOptions s_adamW = new();
    private static readonly AdamOptions s_amsGrad = new() { AmsGrad = true };
    private static readonly NesterovOptions s_nesterov = new();
    private static readonly AdamaxOptions s_adamax = new();
    private static readonly NAdamOptions s_nadam = new();
    private static readonly RAdamOptions s_radam = new();
    private static readonly AdadeltaOptions s_adadelta = new();
    private static readonly RmsPropOptions s_rmsProp = new();
    private static readonly RmsPropOptions s_rmsPropMomentum = new() { Momentum = .9 };
    private static readonly RmsPropOptions s_rmsPropCentered = new() { Centered = true };
    private static readonly RmsPropOptions s_rmsPropBoth = new() { Centered = true, Momentum = .9 };
    private static readonly RpropOptions s_rprop = new();
    private static readonly AsgdOptions s_asgd = new() { AveragingStart = 0 };
    private static readonly LionOptions s_lion = new();
    private static readonly ScheduleFreeSgdOptions s_scheduleFreeSgd = new() { LearningRate = .01 };
    private static readonly ScheduleFreeAdamWOptions s_scheduleFreeAdamW = new();

    // What some steps carry; a step starts from it every time, so that it does not run away.
    private const double MomentumProduct = .5;
    private static readonly (double WeightSum, double LargestRate) s_weights = (1, .01);

    /// <summary>All optimizers: one line each.</summary>
    public static IReadOnlyList<OptimizerWork> All { get; } =
    [
        new("Sgd", 0, p => new Sgd(p, s_sgd), (b, _) => Sgd.Step(b.Values, b.Gradients, s_sgd), (b, _) => ScalarLoops.Sgd(b, s_sgd), (b, _) => TensorPrimitivesChains.Sgd(b, s_sgd)),
        new("Sgd, momentum", 1, p => new Sgd(p, s_sgdMomentum), (b, t) => Sgd.Step(b.Values, b.Gradients, b.State0, s_sgdMomentum, t), (b, _) => ScalarLoops.SgdMomentum(b, s_sgdMomentum), (b, _) => TensorPrimitivesChains.SgdMomentum(b, s_sgdMomentum)),
        new("Momentum", 1, p => new Momentum(p, s_momentum), (b, _) => Momentum.Step(b.Values, b.Gradients, b.State0, s_momentum), (b, _) => ScalarLoops.Momentum(b, s_momentum), (b, _) => TensorPrimitivesChains.Momentum(b, s_momentum)),
        new("AdaGrad", 1, p => new AdaGrad(p, s_adaGrad), (b, t) => AdaGrad.Step(b.Values, b.Gradients, b.State0, s_adaGrad, t), (b, _) => ScalarLoops.AdaGrad(b, s_adaGrad), (b, _) => TensorPrimitivesChains.AdaGrad(b, s_adaGrad)),
        new("Adam", 2, p => new Adam(p, s_adam), (b, t) => Adam.Step(b.Values, b.Gradients, b.State0, b.State1, s_adam, t), (b, t) => ScalarLoops.Adam(b, s_adam, t), (b, t) => TensorPrimitivesChains.Adam(b, s_adam, t)),
        new("AdamW", 2, p => new AdamW(p, s_adamW), (b, t) => Adam.Step(b.Values, b.Gradients, b.State0, b.State1, s_adamW, t), (b, t) => ScalarLoops.AdamW(b, s_adamW, t), (b, t) => TensorPrimitivesChains.AdamW(b, s_adamW, t)),
        new("Adam, amsgrad", 3, p => new Adam(p, s_amsGrad), (b, t) => Adam.Step(b.Values, b.Gradients, b.State0, b.State1, b.State2, s_amsGrad, t), (b, t) => ScalarLoops.AmsGrad(b, s_amsGrad, t), (b, t) => TensorPrimitivesChains.AmsGrad(b, s_amsGrad, t)),
        new("Nesterov", 1, p => new Nesterov(p, s_nesterov), (b, _) => Nesterov.Step(b.Values, b.Gradients, b.State0, s_nesterov)),
        new("Adamax", 2, p => new Adamax(p, s_adamax), (b, t) => Adamax.Step(b.Values, b.Gradients, b.State0, b.State1, s_adamax, t)),
        new("NAdam", 2, p => new NAdam(p, s_nadam), StepNAdam),
        new("RAdam", 2, p => new RAdam(p, s_radam), (b, t) => RAdam.Step(b.Values, b.Gradients, b.State0, b.State1, s_radam, t)),
        new("Adadelta", 2, p => new Adadelta(p, s_adadelta), (b, _) => Adadelta.Step(b.Values, b.Gradients, b.State0, b.State1, s_adadelta)),
        new("RmsProp", 1, p => new RmsProp(p, s_rmsProp), (b, _) => RmsProp.Step(b.Values, b.Gradients, b.State0, s_rmsProp)),
        new("RmsProp, momentum", 2, p => new RmsProp(p, s_rmsPropMomentum), (b, _) => RmsProp.Step(b.Values, b.Gradients, b.State1, b.State0, s_rmsPropMomentum)),
        new("RmsProp, centered", 2, p => new RmsProp(p, s_rmsPropCentered), (b, _) => RmsProp.Step(b.Values, b.Gradients, b.State1, b.State0, s_rmsPropCentered)),
        new("RmsProp, centered, momentum", 3, p => new RmsProp(p, s_rmsPropBoth), (b, _) => RmsProp.Step(b.Values, b.Gradients, b.State1, b.State0, b.State2, s_rmsPropBoth)),
        new("Rprop", 2, p => new Rprop(p, s_rprop), (b, t) => Rprop.Step(b.Values, b.Gradients, b.State0, b.State1, s_rprop, t)),
        new("Asgd", 1, p => new Asgd(p, s_asgd), (b, t) => Asgd.Step(b.Values, b.Gradients, b.State0, s_asgd, t)),
        new("Lion", 1, p => new Lion(p, s_lion), (b, _) => Lion.Step(b.Values, b.Gradients, b.State0, s_lion)),
        new("ScheduleFreeSgd", 1, p => new ScheduleFreeSgd(p, s_scheduleFreeSgd), StepScheduleFreeSgd),
        new("ScheduleFreeAdamW", 2, p => new ScheduleFreeAdamW(p, s_scheduleFreeAdamW), StepScheduleFreeAdamW),
    ];

    /// <summary>Whether there is other code to compare with.</summary>
    public bool HasBaselines => Scalar is not null && Chain is not null;

    /// <summary>What a step has to move: it reads p, g and the states, and writes p and the states.</summary>
    public int BytesPerElement => sizeof(float) * (3 + 2 * States);

    /// <summary>Throws if the three do not compute the same, as a comparison of unequal work says nothing.</summary>
    public void CheckThatAllAgree()
    {
        const int Length = 1000;
        const int Steps = 3;
        if (!HasBaselines)
            return;
        using StepBuffers engine = new(Length), scalar = new(Length), chain = new(Length);
        for (long step = 1; step <= Steps; step++)
        {
            TensorEngine(engine, step);
            Scalar!(scalar, step);
            Chain!(chain, step);
        }

        for (int i = 0; i < Length; i++)
        {
            float expected = scalar.Values[i];
            double bound = 1e-5 * Math.Max(1e-2, Math.Abs(expected));
            if (!(Math.Abs(engine.Values[i] - expected) <= bound && Math.Abs(chain.Values[i] - expected) <= bound))
            {
                throw new InvalidOperationException(
                    $"{Name}: after {Steps} steps element {i} is {engine.Values[i]}, by the scalar loop {expected}, by the chain {chain.Values[i]}.");
            }
        }
    }

    /// <summary>Steps a few elements until everything is compiled for good, which few steps of many elements would not do.</summary>
    public void CompileAll()
    {
        using var buffers = new StepBuffers(1000);
        WarmUp.Run(() =>
        {
            TensorEngine(buffers, 1000);
            Scalar?.Invoke(buffers, 1000);
            Chain?.Invoke(buffers, 1000);
        });
    }

    private static void StepNAdam(StepBuffers b, long step)
    {
        double product = MomentumProduct;
        NAdam.Step(b.Values, b.Gradients, b.State0, b.State1, ref product, s_nadam, step);
    }

    private static void StepScheduleFreeSgd(StepBuffers b, long step)
    {
        (double sum, double largest) = s_weights;
        ScheduleFreeSgd.Step(b.Values, b.Gradients, b.State0, ref sum, ref largest, s_scheduleFreeSgd, step);
    }

    private static void StepScheduleFreeAdamW(StepBuffers b, long step)
    {
        (double sum, double largest) = s_weights;
        ScheduleFreeAdamW.Step(b.Values, b.Gradients, b.State0, b.State1, ref sum, ref largest, s_scheduleFreeAdamW, step);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
