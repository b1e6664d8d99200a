using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="RAdam"/>, with PyTorch's defaults.</summary>
public sealed record RAdamOptions() : MomentOptions(learningRate: 1e-3)
{
    /// <summary>
    /// Whether weight decay scales the value by 1 - learningRate * weightDecay instead of entering the gradient.
    /// </summary>
    public bool DecoupledWeightDecay { get; init; }

    internal override bool DecouplesWeightDecay => DecoupledWeightDecay;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        visitor.Fixed(nameof(DecoupledWeightDecay), DecoupledWeightDecay);
    }
}

/// <summary>
/// Rectified Adam, as torch.optim.RAdam: while the variance of v is not tractable, steps are those of m alone.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize; decoupled: p = p * (1 - learningRate * weightDecay))
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * g^2
/// longest = 2 / (1 - beta2) - 1
/// length = longest - 2 * step * beta2^step / (1 - beta2^step)
/// rectification = sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
/// p = p - learningRate / (1 - beta1^step) * rectification * sqrt(1 - beta2^step) * m / (sqrt(v) + epsilon)
/// p = p - learningRate / (1 - beta1^step) * m                               (instead, if length is 5 or less)
/// </code>
/// Error: after the first step at most 3 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p (with decoupled weight decay
/// 102, as that rounds it once more).
/// Source: Liu et al., On the variance of the adaptive learning rate and beyond, 2020.
/// </summary>
public sealed class RAdam : ElementwiseOptimizer<RAdamOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public RAdam(ParameterStore store, RAdamOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public RAdam(IEnumerable<Parameter> parameters, RAdamOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "exp_avg", "exp_avg_sq")
    {
    }

    internal override string Kind => "RAdam";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="firstMoment">m, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="secondMoment">v, as long as <paramref name="values"/>; 0 before the first step.</param>
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
        RAdamOptions options,
        long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, firstMoment, secondMoment);
        Run(options, step, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override bool Update(
        RAdamOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        Run(options, step, buffers, segments);

    private static bool Run(RAdamOptions options, long step, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
    {
        double power = Scalar.Power(options.Beta2, step);
        double longest = 2 / (1 - options.Beta2) - 1;
        double length = longest - 2 * step * power / (1 - power);
        if (length <= 5)
            return UpdateLoop.Run(new RAdamUnrectifiedRule(options, step), options, buffers, segments);
        double rectification = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
        return UpdateLoop.Run(new RAdamRule(options, step, rectification * Math.Sqrt(1 - power)), options, buffers, segments);
    }
}

/// <summary>Adam's moments and their quotient; what rectifies it and corrects both biases is part of the rate.</summary>
internal readonly struct RAdamRule(RAdamOptions options, long step, double factor) : IUpdateRule
{
    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon, step);
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly float _minusRate = (float)(-options.LearningRate * factor / (1 - Scalar.Power(options.Beta1, step)));
    private readonly float _epsilon = (float)options.Epsilon;

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / (TFloat.Sqrt(v) + TFloat.Splat(_epsilon)), p);
    }
}

/// <summary>Both moments, but a step by the first one alone, which epsilon does not hide: it counts for 1 in what is flushed.</summary>
internal readonly struct RAdamUnrectifiedRule(RAdamOptions options, long step) : IUpdateRule
{
    private readonly FirstMoment _first = new(options.Beta1, Math.Min(1, options.Epsilon), step);
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly float _minusRate = (float)(-options.LearningRate / (1 - Scalar.Power(options.Beta1, step)));

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m, p);
    }
}
