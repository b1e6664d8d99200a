using Samples.Shared.Choices;
using Samples.Shared.Timing;
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
    /// <summary>Those that there is other code to compare with: one line each.</summary>
    private static readonly OptimizerWork[] s_compared =
    [
        Of("Sgd", new SgdOptions(), (p, o) => new Sgd(p, o), ScalarLoops.Sgd, TensorPrimitivesChains.Sgd),
        Of("Sgd, momentum", new SgdOptions { Momentum = .9 }, (p, o) => new Sgd(p, o), ScalarLoops.SgdMomentum, TensorPrimitivesChains.SgdMomentum),
        Of("Momentum", new MomentumOptions(), (p, o) => new Momentum(p, o), ScalarLoops.Momentum, TensorPrimitivesChains.Momentum),
        Of("AdaGrad", new AdaGradOptions(), (p, o) => new AdaGrad(p, o), ScalarLoops.AdaGrad, TensorPrimitivesChains.AdaGrad),
        Of("Adam", new AdamOptions(), (p, o) => new Adam(p, o), ScalarLoops.Adam, TensorPrimitivesChains.Adam),
        Of("AdamW", new AdamWOptions(), (p, o) => new AdamW(p, o), ScalarLoops.AdamW, TensorPrimitivesChains.AdamW),
        Of("Adam, amsgrad", new AdamOptions { AmsGrad = true }, (p, o) => new Adam(p, o), ScalarLoops.AmsGrad, TensorPrimitivesChains.AmsGrad),
    ];

    /// <summary>Settings at which an optimizer of the list runs another rule: one line each.</summary>
    private static readonly OptimizerWork[] s_settings =
    [
        Of("RmsProp, momentum", new RmsPropOptions { Momentum = .9 }, (p, o) => new RmsProp(p, o)),
        Of("RmsProp, centered", new RmsPropOptions { Centered = true }, (p, o) => new RmsProp(p, o)),
        Of("RmsProp, centered, momentum", new RmsPropOptions { Centered = true, Momentum = .9 }, (p, o) => new RmsProp(p, o)),
        Of("Asgd", new AsgdOptions { AveragingStart = 0 }, (p, o) => new Asgd(p, o)),
    ];

    /// <summary>All optimizers that step in one pass over memory: the list that the samples choose from, too, and the settings.</summary>
    public static IReadOnlyList<OptimizerWork> All { get; } =
    [
        .. s_compared,
        .. OptimizerChoice.All
            .Where(choice => choice.Factory.SpanStep is not null)
            .Select(Of)
            .ExceptBy(s_compared.Concat(s_settings).Select(work => work.Name), work => work.Name, StringComparer.Ordinal),
        .. s_settings,
    ];

    /// <summary>The optimizers that have to see whole parameters, and take several passes.</summary>
    public static IReadOnlyList<(string Name, Func<IEnumerable<Parameter>, Optimizer> Make)> OfWholeParameters { get; } =
    [
        .. OptimizerChoice.All.Where(choice => choice.Factory.SpanStep is null).Select(choice => (NameOf(choice), MakerOf(choice))),
        (nameof(SparseAdam), parameters => new SparseAdam(parameters)),
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

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static OptimizerWork Of<TOptimizer, TOptions>(
        string name,
        TOptions options,
        Func<IEnumerable<Parameter>, TOptions, TOptimizer> make,
        Action<StepBuffers, TOptions, long>? scalar = null,
        Action<StepBuffers, TOptions, long>? chain = null)
        where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
        where TOptions : OptimizerOptions
    {
        return Of(name, parameters => make(parameters, options), SpanStep.Of<TOptimizer, TOptions>(options)) with
        {
            Scalar = With(scalar),
            Chain = With(chain),
        };

        OptimizerStep? With(Action<StepBuffers, TOptions, long>? step) =>
            step is null ? null : (buffers, number) => step(buffers, options, number);
    }

    private static OptimizerWork Of(OptimizerChoice choice) => Of(NameOf(choice), MakerOf(choice), choice.Factory.SpanStep!);

    private static OptimizerWork Of(string name, Func<IEnumerable<Parameter>, Optimizer> make, SpanStep step) =>
        new(name, step.StateCount, make, (buffers, number) => step.Update(
            number,
            buffers.Values,
            buffers.Gradients,
            step.StateCount > 0 ? buffers.State0 : default,
            step.StateCount > 1 ? buffers.State1 : default,
            step.StateCount > 2 ? buffers.State2 : default,
            step.StateCount > 3 ? buffers.State3 : default));

    /// <summary>The type; of several choices of one type the first, and the others with their name after it.</summary>
    private static string NameOf(OptimizerChoice choice) =>
        OptimizerChoice.All.First(other => other.Factory.Type == choice.Factory.Type) == choice
            ? choice.Factory.Type.Name
            : $"{choice.Factory.Type.Name}, {choice.Name}";

    private static Func<IEnumerable<Parameter>, Optimizer> MakerOf(OptimizerChoice choice) =>
        parameters => choice.Create(parameters, choice.Rate);
}
