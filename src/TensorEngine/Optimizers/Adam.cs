using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Adam"/>, with PyTorch's defaults.</summary>
public record AdamOptions() : MomentOptions(learningRate: 1e-3)
{
    /// <summary>Whether to divide by the largest second moment so far, which takes a third state buffer.</summary>
    public bool AmsGrad { get; init; }

    /// <summary>
    /// Whether weight decay scales the value by 1 - learningRate * weightDecay instead of entering the gradient.
    /// </summary>
    public bool DecoupledWeightDecay { get; init; }

    /// <summary>
    /// Whether epsilon is added to the root of v before its bias is corrected, as in "Deep Learning from Scratch", chapter 6 (which
    /// has an epsilon of 1e-7), and in the paper's shortened form: it then counts for epsilon / sqrt(1 - beta2^step).
    /// </summary>
    public bool EpsilonOutsideCorrection { get; set; }

    internal override bool DecouplesWeightDecay => DecoupledWeightDecay;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        visitor.Fixed(nameof(AmsGrad), AmsGrad);
        visitor.Fixed(nameof(DecoupledWeightDecay), DecoupledWeightDecay);
        EpsilonOutsideCorrection = visitor.Flag(nameof(EpsilonOutsideCorrection), EpsilonOutsideCorrection);
    }
}

/// <summary>
/// Adam, as torch.optim.Adam.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize; decoupled: p = p * (1 - learningRate * weightDecay))
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * g^2           (amsgrad: u = max(u, v), and u for v below)
/// p = p - learningRate / (1 - beta1^step) * m / (sqrt(v) / sqrt(1 - beta2^step) + epsilon)
/// </code>
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p (with decoupled weight decay twice: see <see cref="AdamW"/>). Where
/// weight decay that is not decoupled all but cancels a gradient it can be more.
/// With amsgrad the largest second moment is NaN once a second moment was.
/// Sources: Kingma and Ba, Adam: a method for stochastic optimization, 2015; Reddi, Kale and Kumar, On the convergence of Adam
/// and beyond, 2018 (amsgrad).
/// </summary>
public class Adam : ElementwiseOptimizer<AdamOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public Adam(ParameterStore store, AdamOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public Adam(IEnumerable<Parameter> parameters, AdamOptions? options = null)
        : base(
            parameters,
            options is null ? new() : options with { },
            options is { AmsGrad: true } ? ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"] : ["exp_avg", "exp_avg_sq"])
    {
    }

    internal override string Kind => "Adam";

    /// <summary>One step without amsgrad over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="firstMoment">m, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="secondMoment">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options, without amsgrad.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ, buffers overlap, or the options ask for amsgrad.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Step(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> firstMoment,
        Span<float> secondMoment,
        AdamOptions options,
        long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        if (options.AmsGrad)
            throw new ArgumentException("options has AmsGrad, which needs maximumSecondMoment.", nameof(options));
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, firstMoment, secondMoment);
        UpdateLoop.Run(new AdamRule(options, step), options, buffers, [new Segment(0, 0, values.Length)]);
    }

    /// <summary>One step with amsgrad over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="firstMoment">m, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="secondMoment">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="maximumSecondMoment">u, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options, with amsgrad.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ, buffers overlap, or the options do not ask for amsgrad.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Step(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> firstMoment,
        Span<float> secondMoment,
        Span<float> maximumSecondMoment,
        AdamOptions options,
        long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        if (!options.AmsGrad)
            throw new ArgumentException("options has no AmsGrad, but maximumSecondMoment is given.", nameof(options));
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, firstMoment, secondMoment, maximumSecondMoment);
        UpdateLoop.Run(new AmsGradRule(options, step), options, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override void CheckOptions(AdamOptions options)
    {
        base.CheckOptions(options);
        if (options.AmsGrad && StateNames.Count < 3)
        {
            throw new InvalidOperationException(
                "AmsGrad is set, but this Adam was made without it and has no buffer for the largest second moment; make it with AmsGrad.");
        }
    }

    private protected override bool Update(
        AdamOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        options.AmsGrad
            ? UpdateLoop.Run(new AmsGradRule(options, step), options, buffers, segments)
            : UpdateLoop.Run(new AdamRule(options, step), options, buffers, segments);
}

/// <summary>
/// The moments m and v, and the step they make. One division: the bias correction of v multiplies its root, that of m is part
/// of the rate.
/// </summary>
internal readonly struct AdamRule(MomentOptions options, double learningRate, bool epsilonOutsideCorrection, long step)
    : IUpdateRule
{
    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon, step);
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly float _minusRate = (float)(-learningRate / (1 - Scalar.Power(options.Beta1, step)));
    private readonly float _correction2 = (float)Correction2(options, step);
    private readonly float _epsilon = (float)(options.Epsilon * (epsilonOutsideCorrection ? Correction2(options, step) : 1));

    public AdamRule(AdamOptions options, long step)
        : this(options, options.LearningRate, options.EpsilonOutsideCorrection, step)
    {
    }

    public static int StateCount => 2;

    public static void Run<TFloat, TRule, TLoop>(in TRule rule, in TLoop loop)
        where TFloat : struct, IFloatLane<TFloat>
        where TRule : struct, IUpdateRule
        where TLoop : struct, IUpdateLoop, allows ref struct
    {
        AdamRule adam = Unsafe.BitCast<TRule, AdamRule>(rule);
        loop.Run<TFloat, Lanes<TFloat>, Lanes<FloatLane1>>(new(adam), new(adam));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        UpdateMoments(g, ref m, ref v);
        Move(ref p, m, v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void UpdateMoments<TFloat>(TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Move<TFloat>(ref TFloat p, TFloat m, TFloat v)
        where TFloat : struct, IFloatLane<TFloat> =>
        Move(ref p, m, v, TFloat.Splat(_minusRate), TFloat.Splat(_correction2), TFloat.Splat(_epsilon));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move<TFloat>(ref TFloat p, TFloat m, TFloat v, TFloat minusRate, TFloat correction2, TFloat epsilon)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), correction2, epsilon);
        p = TFloat.FusedMultiplyAdd(minusRate, m / deviation, p);
    }

    /// <summary>With the constants in registers.</summary>
    private readonly struct Lanes<TFloat>(in AdamRule rule) : ILaneRule<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        private readonly FirstMoment.Lanes<TFloat> _first = new(rule._first);
        private readonly SecondMoment.Lanes<TFloat> _second = new(rule._second);
        private readonly TFloat _minusRate = TFloat.Splat(rule._minusRate);
        private readonly TFloat _correction2 = TFloat.Splat(rule._correction2);
        private readonly TFloat _epsilon = TFloat.Splat(rule._epsilon);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat none)
        {
            _first.Update(ref m, g);
            _second.Update(ref v, g);
            Move(ref p, m, v, _minusRate, _correction2, _epsilon);
        }
    }

    private static double Correction2(MomentOptions options, long step) => 1 / Math.Sqrt(1 - Scalar.Power(options.Beta2, step));
}

/// <summary>As <see cref="AdamRule"/>, with the largest second moment u so far in the place of v.</summary>
internal readonly struct AmsGradRule(AdamOptions options, long step) : IUpdateRule
{
    private readonly AdamRule _adam = new(options, step);

    public static int StateCount => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat u)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _adam.UpdateMoments(g, ref m, ref v);
        u = TFloat.Max(u, v);
        _adam.Move(ref p, m, u);
    }
}
