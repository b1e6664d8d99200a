using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Lamb"/>: those of Adam's family, with an epsilon of 1e-6.</summary>
public sealed record LambOptions : MomentOptions
{
    /// <summary>The defaults.</summary>
    public LambOptions()
        : base(learningRate: 1e-3) => Epsilon = 1e-6;

    /// <summary>The largest trust ratio; at least 0, null (the default) for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double? MaximumTrustRatio
    {
        get;
        set => field = value is { } ratio ? Require.NonNegative(ratio) : null;
    }

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        MaximumTrustRatio = visitor.Optional(nameof(MaximumTrustRatio), MaximumTrustRatio);
    }
}

/// <summary>
/// LAMB: the direction of <see cref="Adam"/>, with each parameter's step brought to a length that fits the parameter's own.
/// Norms are of the whole parameter.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * g^2
/// u = m / (1 - beta1^step) / (sqrt(v) / sqrt(1 - beta2^step) + epsilon) + weightDecay * p
/// ratio = min(|p| / |u|, maximumTrustRatio)   (1 if |p| or |u| is 0)
/// p = p - learningRate * ratio * u
/// </code>
/// Passes: one that reads p, g, m and v and writes m, v and u (and p, unchanged), one that reads p, one that reads u, and one that
/// reads p and u and writes p: 56 bytes per element. u has memory for the largest parameter only, and is often still in the cache.
/// Error: after a step at most 3.5 ULP of max(|p|, the parameter's largest update) from exact arithmetic on the same state.
/// Source: You et al., Large batch optimization for deep learning: training BERT in 76 minutes, 2020.
/// </summary>
public sealed class Lamb : ParameterwiseOptimizer<LambOptions>
{
    private readonly AlignedBuffer _direction;

    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public Lamb(ParameterStore store, LambOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public Lamb(IEnumerable<Parameter> parameters, LambOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "exp_avg", "exp_avg_sq") =>
        _direction = new AlignedBuffer(LargestLength, place: 4);

    internal override string Kind => "Lamb";

    /// <summary>One step over the caller's memory, in place, as of one whole parameter.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="firstMoment">m, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="secondMoment">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="direction">u, as long as <paramref name="values"/>: memory to work in, whatever it holds.</param>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Step(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> firstMoment,
        Span<float> secondMoment,
        Span<float> direction,
        LambOptions options,
        long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        Run(options, step, SpanBuffers.Check(values, gradients, firstMoment, secondMoment, direction), values.Length);
    }

    private protected override void Update(LambOptions options, long step, int slot, in UpdateBuffers buffers)
    {
        UpdateBuffers withDirection = buffers;
        withDirection.State2 = ref _direction.Start;
        Run(options, step, withDirection, Parameters[slot].Length);
    }

    private static void Run(LambOptions options, long step, in UpdateBuffers buffers, int length)
    {
        // The decay is part of the direction, so the loop has none to do.
        UpdateLoop.RunWithoutDecay(new LambRule(options, step), options, buffers, [new Segment(0, 0, length)]);

        Span<float> values = MemoryMarshal.CreateSpan(ref buffers.Values, length);
        Span<float> direction = MemoryMarshal.CreateSpan(ref buffers.State2, length);
        double valueNorm = Whole.Norm(values, buffers.Workers);
        double directionNorm = Whole.Norm(direction, buffers.Workers);
        double ratio = valueNorm == 0 || directionNorm == 0 ? 1 : valueNorm / directionNorm;
        Whole.Move(values, -options.LearningRate * Math.Min(ratio, options.MaximumTrustRatio ?? double.PositiveInfinity), direction);
    }
}

/// <summary>Adam's moments m and v, and in u the direction they and the weight decay give; p stays.</summary>
internal readonly struct LambRule(LambOptions options, long step) : IUpdateRule
{
    // A rate of -1 turns Adam's step into the direction itself.
    private readonly AdamRule _adam = new(options, learningRate: -1, epsilonOutsideCorrection: false, step);
    private readonly float _weightDecay = (float)options.WeightDecay;

    public static int StateCount => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat u)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _adam.UpdateMoments(g, ref m, ref v);
        u = TFloat.Splat(_weightDecay) * p;
        _adam.Move(ref u, m, v);
    }
}
