using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Sgd"/>, with PyTorch's defaults.</summary>
public record SgdOptions() : OptimizerOptions(learningRate: 1e-3)
{
    /// <summary>mu: how much of the momentum buffer is kept; in [0, 1), by default 0, which keeps no buffer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum
    {
        get;
        set => field = Require.InUnitInterval(value);
    }

    /// <summary>How much of the gradient does not enter the momentum buffer, except in the first step; finite, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double Dampening
    {
        get;
        set => field = Require.Finite(value);
    }

    /// <summary>Whether to look ahead along the buffer; needs a positive momentum and no dampening.</summary>
    public bool Nesterov { get; set; }

    internal override void CheckTogether()
    {
        if (Nesterov && (Momentum == 0 || Dampening != 0))
        {
            throw new InvalidOperationException(
                $"Nesterov is set with Momentum {Momentum} and Dampening {Dampening}; it needs a positive momentum and no dampening.");
        }
    }

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        Momentum = visitor.Number(nameof(Momentum), Momentum);
        Dampening = visitor.Number(nameof(Dampening), Dampening);
        Nesterov = visitor.Flag(nameof(Nesterov), Nesterov);
    }
}

/// <summary>
/// Stochastic gradient descent, as torch.optim.SGD.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// b = momentum * b + (1 - dampening) * g      (first step: b = g)
/// p = p - learningRate * b                    (nesterov: g + momentum * b for b; without momentum: g)
/// </code>
/// Error: after the first step at most 2.5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p.
/// Source: Sutskever et al., On the importance of initialization and momentum in deep learning, 2013.
/// </summary>
public sealed class Sgd : ElementwiseOptimizer<SgdOptions>
{
    /// <summary>Steps all parameters of <paramref name="store"/>.</summary>
    /// <param name="store">The parameters; its layout is fixed from now on.</param>
    /// <param name="options">Copied; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    /// <exception cref="ArgumentException">The store is empty, or another optimizer steps one of its parameters.</exception>
    /// <exception cref="InvalidOperationException">Two options contradict each other.</exception>
    public Sgd(ParameterStore store, SgdOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <summary>Steps some parameters, of one or more stores.</summary>
    /// <param name="parameters">The parameters; the layout of their stores is fixed from now on.</param>
    /// <param name="options">Copied; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="parameters"/> is empty or has a null, a parameter twice, or one that another optimizer steps.
    /// </exception>
    /// <exception cref="InvalidOperationException">Two options contradict each other.</exception>
    public Sgd(IEnumerable<Parameter> parameters, SgdOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, options is { Momentum: > 0 } ? ["momentum_buffer"] : [])
    {
    }

    internal override string Kind => "Sgd";

    /// <summary>One step without momentum over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="options">The options; momentum must be 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ, buffers overlap, or the options have a momentum.</exception>
    public static void Step(Span<float> values, ReadOnlySpan<float> gradients, SgdOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.CheckTogether();
        if (options.Momentum != 0)
            throw new ArgumentException($"options has Momentum {options.Momentum}, which needs a momentum buffer.", nameof(options));
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients);
        UpdateLoop.Run(new SgdRule(options), options, buffers, [new Segment(0, 0, values.Length)]);
    }

    /// <summary>One step with momentum over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="momentumBuffer">b, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options; a momentum of 0 leaves the buffer as it is.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">Two options contradict each other.</exception>
    public static void Step(
        Span<float> values, ReadOnlySpan<float> gradients, Span<float> momentumBuffer, SgdOptions options, long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.CheckTogether();
        Require.Step(step);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, momentumBuffer);
        Run(options, step, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override void CheckOptions(SgdOptions options)
    {
        base.CheckOptions(options);
        if (options.Momentum != 0 && StateNames.Count == 0)
        {
            throw new InvalidOperationException(
                $"Momentum is {options.Momentum}, but this Sgd was made with momentum 0 and has no buffer; make it with a positive momentum.");
        }
    }

    private protected override bool Update(
        SgdOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        Run(options, step, buffers, segments);

    private static bool Run(SgdOptions options, long step, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
    {
        if (options.Momentum == 0)
            return UpdateLoop.Run(new SgdRule(options), options, buffers, segments);
        return options.Nesterov
            ? UpdateLoop.Run(new SgdNesterovRule(options), options, buffers, segments)
            : UpdateLoop.Run(new SgdMomentumRule(options, step), options, buffers, segments);
    }
}

/// <summary>p - learningRate * g.</summary>
internal readonly struct SgdRule(SgdOptions options) : IUpdateRule
{
    private readonly float _minusRate = (float)-options.LearningRate;

    public static int StateCount => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat none0, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat> => p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), g, p);
}

/// <summary>The buffer b averages gradients, and p follows it.</summary>
internal readonly struct SgdMomentumRule(SgdOptions options, long step) : IUpdateRule
{
    private readonly float _minusRate = (float)-options.LearningRate;
    private readonly float _momentum = (float)options.Momentum;
    private readonly float _share = step == 1 ? 1 : (float)(1 - options.Dampening);

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat b, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat>
    {
        b = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(b, Flush.Velocity), TFloat.Splat(_share) * g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), b, p);
    }
}

/// <summary>As <see cref="SgdMomentumRule"/>, with p one momentum ahead of the buffer.</summary>
internal readonly struct SgdNesterovRule(SgdOptions options) : IUpdateRule
{
    private readonly float _minusRate = (float)-options.LearningRate;
    private readonly float _momentum = (float)options.Momentum;

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat b, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat>
    {
        b = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(b, Flush.Velocity), g);
        TFloat ahead = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), b, g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), ahead, p);
    }
}
