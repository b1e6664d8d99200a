using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="AdaGrad"/>, with PyTorch's defaults.</summary>
public sealed record AdaGradOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>How fast the learning rate falls: rate / (1 + (step - 1) * decay); at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double LearningRateDecay
    {
        get;
        set => field = Require.NonNegative(value);
    }

    /// <summary>What the sum of squares starts from when an optimizer is made; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double InitialAccumulatorValue
    {
        get;
        init => field = Require.NonNegative(value);
    }

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-10 (the book uses 1e-7).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon
    {
        get;
        set => field = Require.NonNegative(value);
    } = 1e-10;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        LearningRateDecay = visitor.Number(nameof(LearningRateDecay), LearningRateDecay);
        visitor.Fixed(nameof(InitialAccumulatorValue), InitialAccumulatorValue);
        Epsilon = visitor.Number(nameof(Epsilon), Epsilon);
    }
}

/// <summary>
/// AdaGrad, as torch.optim.Adagrad: every element has a rate of its own, which falls with the gradients it has seen.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// h = h + g^2
/// p = p - learningRate / (1 + (step - 1) * learningRateDecay) * g / (sqrt(h) + epsilon)
/// </code>
/// Error: after the first step at most 3.5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p. Where weight decay all but cancels a gradient it can be more.
/// Source: Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic optimization, 2011.
/// </summary>
public sealed class AdaGrad : ElementwiseOptimizer<AdaGradOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public AdaGrad(ParameterStore store, AdaGradOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public AdaGrad(IEnumerable<Parameter> parameters, AdaGradOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "sum") =>
        FillState(0, (float)Options.InitialAccumulatorValue);

    internal override string Kind => "AdaGrad";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="sum">
    /// h, as long as <paramref name="values"/>; <see cref="AdaGradOptions.InitialAccumulatorValue"/> before the first step.
    /// </param>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Step(Span<float> values, ReadOnlySpan<float> gradients, Span<float> sum, AdaGradOptions options, long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, sum);
        UpdateLoop.Run(new AdaGradRule(options, step), options, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override bool Update(
        AdaGradOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        UpdateLoop.Run(new AdaGradRule(options, step), options, buffers, segments);
}

/// <summary>The sum h of squares scales the step of p.</summary>
internal readonly struct AdaGradRule(AdaGradOptions options, long step) : IUpdateRule
{
    private readonly float _minusRate = (float)(-options.LearningRate / (1 + (step - 1) * options.LearningRateDecay));
    private readonly float _epsilon = (float)options.Epsilon;
    private readonly float _flushRoot = Flush.RootBelow(share: 1, options.Epsilon);

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat h, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat root = Flush.Below(g, _flushRoot);
        h = TFloat.FusedMultiplyAdd(root, root, h);
        TFloat scaled = g / (TFloat.Sqrt(h) + TFloat.Splat(_epsilon));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), scaled, p);
    }
}
