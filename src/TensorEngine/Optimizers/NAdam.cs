using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="NAdam"/>, with PyTorch's defaults.</summary>
public sealed record NAdamOptions() : MomentOptions(learningRate: 2e-3)
{
    /// <summary>psi: how fast the momentum approaches beta1; at least 0, by default 4e-3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double MomentumDecay
    {
        get;
        set => field = Require.NonNegative(value);
    } = 4e-3;

    /// <summary>
    /// Whether weight decay scales the value by 1 - learningRate * weightDecay instead of entering the gradient.
    /// </summary>
    public bool DecoupledWeightDecay { get; init; }

    internal override bool DecouplesWeightDecay => DecoupledWeightDecay;

    /// <summary>mu of a step.</summary>
    internal double Momentum(long step) => Beta1 * (1 - 0.5 * Scalar.Power(0.96, step * MomentumDecay));

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        MomentumDecay = visitor.Number(nameof(MomentumDecay), MomentumDecay);
        visitor.Fixed(nameof(DecoupledWeightDecay), DecoupledWeightDecay);
    }
}

/// <summary>
/// Adam with Nesterov momentum, as torch.optim.NAdam.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize; decoupled: p = p * (1 - learningRate * weightDecay))
/// mu(t) = beta1 * (1 - 0.96^(t * momentumDecay) / 2)
/// product = mu(1) * ... * mu(step)
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * g^2
/// n = (1 - mu(step)) / (1 - product) * g + mu(step + 1) / (1 - product * mu(step + 1)) * m
/// p = p - learningRate * n / (sqrt(v) / sqrt(1 - beta2^step) + epsilon)
/// </code>
/// Error: after the first step at most 6 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p (with decoupled weight decay
/// 102, as that rounds it once more).
/// Source: Dozat, Incorporating Nesterov momentum into Adam, 2016.
/// </summary>
public sealed class NAdam : ElementwiseOptimizer<NAdamOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public NAdam(ParameterStore store, NAdamOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public NAdam(IEnumerable<Parameter> parameters, NAdamOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "exp_avg", "exp_avg_sq") =>
        CarryInitially(new Carried(1));

    internal override string Kind => "NAdam";

    private protected override IReadOnlyList<string> CarriedNames => ["mu_product"];

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="firstMoment">m, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="secondMoment">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="momentumProduct">The product of the momentum of all steps; 1 before the first step.</param>
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
        ref double momentumProduct,
        NAdamOptions options,
        long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, firstMoment, secondMoment);
        momentumProduct *= options.Momentum(step);
        UpdateLoop.Run(new NAdamRule(options, step, momentumProduct), options, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override bool Update(
        NAdamOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
    {
        carried = new Carried(carried.First * options.Momentum(step));
        return UpdateLoop.Run(new NAdamRule(options, step, carried.First), options, buffers, segments);
    }
}

/// <summary>A step of g and m together, so that one division serves both; how much more m counts than g is a factor of m.</summary>
internal readonly struct NAdamRule : IUpdateRule
{
    private readonly FirstMoment _first;
    private readonly SecondMoment _second;
    private readonly float _minusRate;
    private readonly float _momentFactor;
    private readonly float _correction2;
    private readonly float _epsilon;

    public NAdamRule(NAdamOptions options, long step, double product)
    {
        _first = new FirstMoment(options.Beta1, options.Epsilon, step);
        _second = new SecondMoment(options.Beta2, options.Epsilon, step);
        double gradientFactor = (1 - options.Momentum(step)) / (1 - product);
        double next = options.Momentum(step + 1);
        _minusRate = (float)(-options.LearningRate * gradientFactor);
        _momentFactor = (float)(next / (1 - product * next) / gradientFactor);
        _correction2 = (float)(1 / Math.Sqrt(1 - Scalar.Power(options.Beta2, step)));
        _epsilon = (float)options.Epsilon;
    }

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), TFloat.Splat(_correction2), TFloat.Splat(_epsilon));
        TFloat ahead = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentFactor), m, g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), ahead / deviation, p);
    }
}
