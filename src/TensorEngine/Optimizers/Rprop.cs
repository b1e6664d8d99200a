using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Rprop"/>, with PyTorch's defaults. The learning rate is the first step size.</summary>
public sealed record RpropOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>What a step size is multiplied by when the gradient's sign has changed; in [0, 1), by default 0.5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double EtaMinus
    {
        get;
        set => field = Require.InUnitInterval(value);
    } = 0.5;

    /// <summary>What a step size is multiplied by while the gradient's sign stays; at least 0, by default 1.2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double EtaPlus
    {
        get;
        set => field = Require.NonNegative(value);
    } = 1.2;

    /// <summary>The smallest step size; at least 0, by default 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double SmallestStepSize
    {
        get;
        set => field = Require.NonNegative(value);
    } = 1e-6;

    /// <summary>The largest step size; at least 0, by default 50.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double LargestStepSize
    {
        get;
        set => field = Require.NonNegative(value);
    } = 50;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        EtaMinus = visitor.Number(nameof(EtaMinus), EtaMinus);
        EtaPlus = visitor.Number(nameof(EtaPlus), EtaPlus);
        SmallestStepSize = visitor.Number(nameof(SmallestStepSize), SmallestStepSize);
        LargestStepSize = visitor.Number(nameof(LargestStepSize), LargestStepSize);
    }
}

/// <summary>
/// Resilient backpropagation, as torch.optim.Rprop: every element has a step size of its own, and only the gradient's sign counts.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// s = s * (etaPlus if g * previous > 0, etaMinus if g * previous &lt; 0, otherwise 1)      (first step: s = learningRate)
/// s = min(max(s, smallestStepSize), largestStepSize)
/// g = 0 where g * previous &lt; 0
/// p = p - sign(g) * s
/// previous = g
/// </code>
/// Signs are compared without the product, which may underflow. The sign of 0 and, as in PyTorch, of NaN is 0.
/// Error: after the first step at most 2 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 150 ULP of the
/// largest |p| or |update| on the way, as every step rounds p and the step size.
/// Source: Riedmiller and Braun, A direct adaptive method for faster backpropagation learning: the RPROP algorithm, 1993.
/// </summary>
public sealed class Rprop : ElementwiseOptimizer<RpropOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public Rprop(ParameterStore store, RpropOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public Rprop(IEnumerable<Parameter> parameters, RpropOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "prev", "step_size")
    {
    }

    internal override string Kind => "Rprop";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="previous">The gradients of the step before, as long as <paramref name="values"/>.</param>
    /// <param name="stepSizes">s, as long as <paramref name="values"/>.</param>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Step(
        Span<float> values, ReadOnlySpan<float> gradients, Span<float> previous, Span<float> stepSizes, RpropOptions options, long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, previous, stepSizes);
        Run(options, step, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override bool Update(
        RpropOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        Run(options, step, buffers, segments);

    private static bool Run(RpropOptions options, long step, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        step == 1
            ? UpdateLoop.Run(new RpropFirstRule(options), options, buffers, segments)
            : UpdateLoop.Run(new RpropRule(options), options, buffers, segments);
}

/// <summary>The first step: its size is the learning rate, and what was there before does not count.</summary>
internal readonly struct RpropFirstRule(RpropOptions options) : IUpdateRule
{
    private readonly float _size =
        (float)Math.Min(Math.Max(options.LearningRate, options.SmallestStepSize), options.LargestStepSize);

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat previous, ref TFloat size, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        size = TFloat.Splat(_size);
        p -= RpropRule.WithSign(size, g);
        previous = g;
    }
}

/// <summary>Every further step.</summary>
internal readonly struct RpropRule(RpropOptions options) : IUpdateRule
{
    private readonly float _etaMinus = (float)options.EtaMinus;
    private readonly float _etaPlus = (float)options.EtaPlus;
    private readonly float _smallest = (float)options.SmallestStepSize;
    private readonly float _largest = (float)options.LargestStepSize;

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat previous, ref TFloat size, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat zero = TFloat.Splat(0f);
        TFloat agreement = WithSign(g, previous);
        TFloat eta = TFloat.SelectLess(
            agreement,
            zero,
            TFloat.Splat(_etaMinus),
            TFloat.SelectLess(zero, agreement, TFloat.Splat(_etaPlus), TFloat.Splat(1f)));
        size = TFloat.Min(TFloat.Max(size * eta, TFloat.Splat(_smallest)), TFloat.Splat(_largest));
        previous = TFloat.SelectLess(agreement, zero, zero, g);
        p -= WithSign(size, previous);
    }

    /// <summary>value * sign(of), 0 where the sign is of 0 or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat WithSign<TFloat>(TFloat value, TFloat of)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat zero = TFloat.Splat(0f);
        return TFloat.SelectLess(of, zero, zero - value, TFloat.SelectLess(zero, of, value, zero));
    }
}
