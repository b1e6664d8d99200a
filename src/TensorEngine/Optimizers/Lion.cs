using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Lion"/>, with its paper's defaults.</summary>
public sealed record LionOptions() : OptimizerOptions(learningRate: 1e-4)
{
    /// <summary>How much of the average counts in the direction of a step; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1
    {
        get;
        set => field = Require.InUnitInterval(value);
    } = 0.9;

    /// <summary>How much of the average is kept; in [0, 1), by default 0.99.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2
    {
        get;
        set => field = Require.InUnitInterval(value);
    } = 0.99;

    internal override bool DecouplesWeightDecay => true;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        Beta1 = visitor.Number(nameof(Beta1), Beta1);
        Beta2 = visitor.Number(nameof(Beta2), Beta2);
    }
}

/// <summary>
/// Lion: every element moves by the learning rate, in the direction of an average gradient. Weight decay is decoupled.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// c = beta1 * m + (1 - beta1) * g
/// p = p * (1 - learningRate * weightDecay) - learningRate * sign(c)
/// m = beta2 * m + (1 - beta2) * g
/// </code>
/// The sign of 0 is 0, that of NaN is NaN. As the step does not depend on how large c is, an average keeps moving its value until
/// it is 0: below the magnitude of about 2^-124, where arithmetic would become slow, it counts as 0.
/// Error: after the first step at most 2 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, as decay and step both round
/// p. (Where c all but cancels, rounding may turn its sign.)
/// Source: Chen et al., Symbolic discovery of optimization algorithms, 2023.
/// </summary>
public sealed class Lion : ElementwiseOptimizer<LionOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public Lion(ParameterStore store, LionOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public Lion(IEnumerable<Parameter> parameters, LionOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "exp_avg")
    {
    }

    internal override string Kind => "Lion";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="average">m, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    public static void Step(Span<float> values, ReadOnlySpan<float> gradients, Span<float> average, LionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, average);
        UpdateLoop.Run(new LionRule(options), options, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override bool Update(
        LionOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        UpdateLoop.Run(new LionRule(options), options, buffers, segments);
}

/// <summary>
/// The average m, and a step by the sign of c, whose terms are added rather than interpolated: the sign is right unless they all
/// but cancel.
/// </summary>
internal readonly struct LionRule(LionOptions options) : IUpdateRule
{
    private readonly float _minusRate = (float)-options.LearningRate;
    private readonly float _beta1 = (float)options.Beta1;
    private readonly float _beta2 = (float)options.Beta2;
    private readonly float _share1 = (float)(1 - options.Beta1);
    private readonly float _share2 = (float)(1 - options.Beta2);
    private readonly float _flush = Math.Max(Flush.StillNormal(options.Beta1), Flush.StillNormal(options.Beta2));

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat>
    {
        m = Flush.Below(m, _flush);
        TFloat c = TFloat.FusedMultiplyAdd(TFloat.Splat(_beta1), m, TFloat.Splat(_share1) * g);
        m = TFloat.FusedMultiplyAdd(TFloat.Splat(_beta2), m, TFloat.Splat(_share2) * g);

        // What is neither above nor below 0 is its own sign: a zero or NaN.
        TFloat zero = TFloat.Splat(0f);
        TFloat sign = TFloat.SelectLess(c, zero, TFloat.Splat(-1f), TFloat.SelectLess(zero, c, TFloat.Splat(1f), c));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), sign, p);
    }
}
