using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Momentum"/>.</summary>
public sealed record MomentumOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>How much of the velocity is kept; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum
    {
        get;
        set => field = Require.InUnitInterval(value);
    } = 0.9;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        Momentum = visitor.Number(nameof(Momentum), Momentum);
    }
}

/// <summary>
/// The classical momentum rule (Polyak's heavy ball), as in "Deep Learning from Scratch", chapter 6.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// v = momentum * v - learningRate * g
/// p = p + v
/// </code>
/// The learning rate is part of the velocity, so that changing it acts more slowly than in <see cref="Sgd"/>, whose buffer
/// holds gradients; at a constant rate both take the same path.
/// Error: after the first step at most 2.5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p.
/// Source: Polyak, Some methods of speeding up the convergence of iteration methods, 1964.
/// </summary>
public sealed class Momentum : ElementwiseOptimizer<MomentumOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public Momentum(ParameterStore store, MomentumOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public Momentum(IEnumerable<Parameter> parameters, MomentumOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "velocity")
    {
    }

    internal override string Kind => "Momentum";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="velocity">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    public static void Step(Span<float> values, ReadOnlySpan<float> gradients, Span<float> velocity, MomentumOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, velocity);
        UpdateLoop.Run(new MomentumRule(options), options, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override bool Update(
        MomentumOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        UpdateLoop.Run(new MomentumRule(options), options, buffers, segments);
}

/// <summary>The velocity v gathers steps, and p moves by it.</summary>
internal readonly struct MomentumRule(MomentumOptions options) : IUpdateRule
{
    private readonly float _minusRate = (float)-options.LearningRate;
    private readonly float _momentum = (float)options.Momentum;

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat>
    {
        v = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(v, Flush.Velocity), TFloat.Splat(_minusRate) * g);
        p += v;
    }
}
