using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="RmsProp"/>, with PyTorch's defaults.</summary>
public sealed record RmsPropOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>How much of the averages is kept; in [0, 1), by default 0.99.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Alpha
    {
        get;
        set => field = Require.InUnitInterval(value);
    } = 0.99;

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon
    {
        get;
        set => field = Require.NonNegative(value);
    } = 1e-8;

    /// <summary>mu: how much of the momentum buffer is kept; in [0, 1), by default 0, which keeps no buffer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum
    {
        get;
        set => field = Require.InUnitInterval(value);
    }

    /// <summary>
    /// Whether to divide by the estimated deviation from the average gradient, which takes a state buffer of its own. The same
    /// for all groups of an optimizer.
    /// </summary>
    public bool Centered { get; init; }

    /// <summary>How many state buffers a step needs.</summary>
    internal int StateCount => 1 + (Centered ? 1 : 0) + (Momentum > 0 ? 1 : 0);

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        Alpha = visitor.Number(nameof(Alpha), Alpha);
        Epsilon = visitor.Number(nameof(Epsilon), Epsilon);
        Momentum = visitor.Number(nameof(Momentum), Momentum);
        visitor.Fixed(nameof(Centered), Centered);
    }
}

/// <summary>
/// RMSprop, as torch.optim.RMSprop: gradients over the root of their average square.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// v = alpha * v + (1 - alpha) * g^2
/// a = a + (1 - alpha) * (g - a)               (centered; otherwise a = 0)
/// d = g / (sqrt(max(v - a^2, 0)) + epsilon)
/// b = momentum * b + d                        (without momentum: b = d)
/// p = p - learningRate * b
/// </code>
/// Centered, the variance of gradients that hardly vary is a difference of rounding errors, and where it comes out negative it
/// counts as 0; PyTorch's value becomes NaN.
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p.
/// Sources: Tieleman and Hinton, Lecture 6.5: rmsprop, 2012; Graves, Generating sequences with recurrent neural networks, 2013 (centered).
/// </summary>
public sealed class RmsProp : ElementwiseOptimizer<RmsPropOptions>
{
    private readonly bool _centered;

    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public RmsProp(ParameterStore store, RmsPropOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public RmsProp(IEnumerable<Parameter> parameters, RmsPropOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, Names(options ?? new())) =>
        _centered = Options.Centered;

    internal override string Kind => "RmsProp";

    /// <summary>One step that is neither centered nor has momentum over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="squareAverage">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options, not centered and without momentum.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ, buffers overlap, or the options need more state.</exception>
    public static void Step(Span<float> values, ReadOnlySpan<float> gradients, Span<float> squareAverage, RmsPropOptions options)
    {
        CheckStates(options, 1);
        Run(options, SpanBuffers.Check(values, gradients, squareAverage), [new Segment(0, 0, values.Length)]);
    }

    /// <summary>One step that either is centered or has momentum over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="squareAverage">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="averageOrMomentum">
    /// a if the options are centered, otherwise b; as long as <paramref name="values"/>; 0 before the first step.
    /// </param>
    /// <param name="options">The options, either centered or with momentum.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ, buffers overlap, or the options need more or less state.</exception>
    public static void Step(
        Span<float> values, ReadOnlySpan<float> gradients, Span<float> squareAverage, Span<float> averageOrMomentum, RmsPropOptions options)
    {
        CheckStates(options, 2);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, squareAverage, averageOrMomentum);
        Run(options, buffers, [new Segment(0, 0, values.Length)]);
    }

    /// <summary>One step that is centered and has momentum over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="squareAverage">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="average">a, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="momentumBuffer">b, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options, centered and with momentum.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ, buffers overlap, or the options need less state.</exception>
    public static void Step(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> squareAverage,
        Span<float> average,
        Span<float> momentumBuffer,
        RmsPropOptions options)
    {
        CheckStates(options, 3);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, squareAverage, average, momentumBuffer);
        Run(options, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override void CheckOptions(RmsPropOptions options)
    {
        base.CheckOptions(options);
        if (options.Centered != _centered)
        {
            throw new InvalidOperationException(
                $"Centered is {options.Centered}, but this RmsProp was made with {_centered}; it has to be the same for all groups.");
        }

        if (options.StateCount > StateNames.Count)
        {
            throw new InvalidOperationException(
                $"Momentum is {options.Momentum}, but this RmsProp was made with momentum 0 and has no buffer; make it with a positive momentum.");
        }
    }

    private protected override bool Update(
        RmsPropOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        Run(options, buffers, segments);

    private static string[] Names(RmsPropOptions options) => (options.Centered, options.Momentum > 0) switch
    {
        (false, false) => ["square_avg"],
        (false, true) => ["square_avg", "momentum_buffer"],
        (true, false) => ["square_avg", "grad_avg"],
        (true, true) => ["square_avg", "grad_avg", "momentum_buffer"],
    };

    private static void CheckStates(RmsPropOptions options, int count)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.StateCount != count)
        {
            throw new ArgumentException(
                $"options has Centered {options.Centered} and Momentum {options.Momentum}, which take {options.StateCount} state buffers; {count} are given.",
                nameof(options));
        }
    }

    private static bool Run(RmsPropOptions options, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        (options.Centered, options.Momentum > 0) switch
        {
            (false, false) => UpdateLoop.Run(new RmsPropRule(options), options, buffers, segments),
            (false, true) => UpdateLoop.Run(new RmsPropMomentumRule(options), options, buffers, segments),
            (true, false) => UpdateLoop.Run(new RmsPropCenteredRule(options), options, buffers, segments),
            (true, true) => UpdateLoop.Run(new RmsPropCenteredMomentumRule(options), options, buffers, segments),
        };
}
