using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Nesterov"/>.</summary>
public sealed record NesterovOptions() : OptimizerOptions(learningRate: 1e-2)
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
/// Nesterov's accelerated gradient on the velocity of <see cref="Momentum"/>, as in "Deep Learning from Scratch", chapter 6, whose
/// p + momentum^2 * v - (1 + momentum) * learningRate * g, with v before the step, is the same.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// v = momentum * v - learningRate * g
/// p = p + momentum * v - learningRate * g
/// </code>
/// At a constant learning rate <see cref="Sgd"/> with Nesterov takes the same path.
/// Error: after the first step at most 3 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p.
/// Source: Nesterov, A method of solving a convex programming problem with convergence rate O(1/k^2), 1983; Bengio,
/// Boulanger-Lewandowski and Pascanu, Advances in optimizing recurrent networks, 2013 (this form).
/// </summary>
public sealed class Nesterov : ElementwiseOptimizer<NesterovOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public Nesterov(ParameterStore store, NesterovOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public Nesterov(IEnumerable<Parameter> parameters, NesterovOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "velocity")
    {
    }

    internal override string Kind => "Nesterov";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="velocity">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    public static void Step(Span<float> values, ReadOnlySpan<float> gradients, Span<float> velocity, NesterovOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, velocity);
        UpdateLoop.Run(new NesterovRule(options), options, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override bool Update(
        NesterovOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        UpdateLoop.Run(new NesterovRule(options), options, buffers, segments);
}

/// <summary>As <see cref="MomentumRule"/>, with p one step of the velocity v ahead.</summary>
internal readonly struct NesterovRule(NesterovOptions options) : IUpdateRule
{
    private readonly float _minusRate = (float)-options.LearningRate;
    private readonly float _momentum = (float)options.Momentum;

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat move = TFloat.Splat(_minusRate) * g;
        v = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(v, Flush.Velocity), move);
        p += TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), v, move);
    }
}
