using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// Options of <see cref="Adamax"/>, with PyTorch's defaults. The second moment here is the largest gradient of late, of which
/// Beta2 is kept.
/// </summary>
public sealed record AdamaxOptions() : MomentOptions(learningRate: 2e-3);

/// <summary>
/// Adamax, as torch.optim.Adamax: Adam with the largest gradient of late in the place of the root of the average square.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// m = beta1 * m + (1 - beta1) * g
/// u = max(beta2 * u, |g| + epsilon)
/// p = p - learningRate / (1 - beta1^step) * m / u
/// </code>
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p.
/// Source: Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 2.
/// </summary>
public sealed class Adamax : ElementwiseOptimizer<AdamaxOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public Adamax(ParameterStore store, AdamaxOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public Adamax(IEnumerable<Parameter> parameters, AdamaxOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "exp_avg", "exp_inf")
    {
    }

    internal override string Kind => "Adamax";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="firstMoment">m, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="largestGradient">u, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Step(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> firstMoment,
        Span<float> largestGradient,
        AdamaxOptions options,
        long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, firstMoment, largestGradient);
        UpdateLoop.Run(new AdamaxRule(options, step), options, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override bool Update(
        AdamaxOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        UpdateLoop.Run(new AdamaxRule(options, step), options, buffers, segments);
}

/// <summary>The average m over the largest gradient u of late. As epsilon is part of u, it never becomes denormal.</summary>
internal readonly struct AdamaxRule(AdamaxOptions options, long step) : IUpdateRule
{
    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon, step);
    private readonly float _beta2 = (float)options.Beta2;
    private readonly float _minusRate = (float)(-options.LearningRate / (1 - Scalar.Power(options.Beta1, step)));
    private readonly float _epsilon = (float)options.Epsilon;

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat u, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        u = TFloat.Max(TFloat.Splat(_beta2) * u, TFloat.Abs(g) + TFloat.Splat(_epsilon));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / u, p);
    }
}
