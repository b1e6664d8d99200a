using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Asgd"/>, with PyTorch's defaults.</summary>
public sealed record AsgdOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>How strongly values are drawn to 0, and how fast the rate falls; at least 0, by default 1e-4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Lambda
    {
        get;
        set => field = Require.NonNegative(value);
    } = 1e-4;

    /// <summary>The power with which the rate falls; finite, by default 0.75.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double Alpha
    {
        get;
        set => field = Require.Finite(value);
    } = 0.75;

    /// <summary>t0: the step after which the average is more than a copy of the value; finite, by default 1e6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double AveragingStart
    {
        get;
        set => field = Require.Finite(value);
    } = 1e6;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        Lambda = visitor.Number(nameof(Lambda), Lambda);
        Alpha = visitor.Number(nameof(Alpha), Alpha);
        AveragingStart = visitor.Number(nameof(AveragingStart), AveragingStart);
    }
}

/// <summary>
/// Averaged stochastic gradient descent, as torch.optim.ASGD. The average is state ("ax"); copy it over the values to use it.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// eta = learningRate / (1 + lambda * learningRate * (step - 1))^alpha
/// p = p * (1 - lambda * eta) - eta * g
/// a = a + (p - a) / max(1, step - 1 - averagingStart)
/// </code>
/// Eta follows from the step and the learning rate of now; PyTorch, which keeps it as state, takes up a new learning rate one step later.
/// Error: after the first step at most 4 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, as decay and step both round
/// p.
/// Source: Polyak and Juditsky, Acceleration of stochastic approximation by averaging, 1992.
/// </summary>
public sealed class Asgd : ElementwiseOptimizer<AsgdOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public Asgd(ParameterStore store, AsgdOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public Asgd(IEnumerable<Parameter> parameters, AsgdOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "ax")
    {
    }

    internal override string Kind => "Asgd";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="average">a, as long as <paramref name="values"/>.</param>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Step(Span<float> values, ReadOnlySpan<float> gradients, Span<float> average, AsgdOptions options, long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, average);
        Run(options, step, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override bool Update(
        AsgdOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        Run(options, step, buffers, segments);

    private static bool Run(AsgdOptions options, long step, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
    {
        double eta = options.LearningRate / Scalar.Power(1 + options.Lambda * options.LearningRate * (step - 1), options.Alpha);
        double decay = options.Lambda * eta;
        return decay == 0
            ? Run(new AsgdMove<NoDecay>(default, eta), options, step, buffers, segments)
            : Run(new AsgdMove<DecoupledDecay>(new DecoupledDecay(decay), eta), options, step, buffers, segments);
    }

    private static bool Run<TDecay>(
        AsgdMove<TDecay> move, AsgdOptions options, long step, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
        where TDecay : struct, IWeightDecay
    {
        double averaged = step - 1 - options.AveragingStart;
        return averaged <= 1
            ? UpdateLoop.Run(new AsgdCopyRule<TDecay>(move), options, buffers, segments)
            : UpdateLoop.Run(new AsgdRule<TDecay>(move, 1 / averaged), options, buffers, segments);
    }
}

/// <summary>p * (1 - lambda * eta) - eta * g.</summary>
internal readonly struct AsgdMove<TDecay>(TDecay decay, double eta)
    where TDecay : struct, IWeightDecay
{
    private readonly float _minusEta = (float)-eta;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Apply<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(TFloat.Splat(_minusEta), g, decay.Value(p));
}

/// <summary>Moves p and leaves a copy in a.</summary>
internal readonly struct AsgdCopyRule<TDecay>(AsgdMove<TDecay> move) : IUpdateRule
    where TDecay : struct, IWeightDecay
{
    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat a, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat>
    {
        p = move.Apply(p, g);
        a = p;
    }
}

/// <summary>Moves p and its average a.</summary>
internal readonly struct AsgdRule<TDecay>(AsgdMove<TDecay> move, double share) : IUpdateRule
    where TDecay : struct, IWeightDecay
{
    private readonly float _share = (float)share;

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat a, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat>
    {
        p = move.Apply(p, g);
        a = TFloat.FusedMultiplyAdd(TFloat.Splat(_share), p - a, a);
    }
}
