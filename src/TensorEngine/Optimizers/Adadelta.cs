using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Adadelta"/>, with PyTorch's defaults.</summary>
public sealed record AdadeltaOptions() : OptimizerOptions(learningRate: 1)
{
    /// <summary>How much of the averages of squares is kept; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Rho
    {
        get;
        set => field = Require.InUnitInterval(value);
    } = 0.9;

    /// <summary>Starts the movement and keeps the quotient finite, inside of both roots; at least 0, by default 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon
    {
        get;
        set => field = Require.NonNegative(value);
    } = 1e-6;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        Rho = visitor.Number(nameof(Rho), Rho);
        Epsilon = visitor.Number(nameof(Epsilon), Epsilon);
    }
}

/// <summary>
/// Adadelta, as torch.optim.Adadelta: steps are as large, relative to late steps, as the gradient is relative to late gradients.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// v = rho * v + (1 - rho) * g^2
/// d = sqrt(u + epsilon) / sqrt(v + epsilon) * g
/// u = rho * u + (1 - rho) * d^2
/// p = p - learningRate * d
/// </code>
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p.
/// Source: Zeiler, ADADELTA: an adaptive learning rate method, 2012.
/// </summary>
public sealed class Adadelta : ElementwiseOptimizer<AdadeltaOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public Adadelta(ParameterStore store, AdadeltaOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public Adadelta(IEnumerable<Parameter> parameters, AdadeltaOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "square_avg", "acc_delta")
    {
    }

    internal override string Kind => "Adadelta";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="squareAverage">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="stepAverage">u, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    public static void Step(
        Span<float> values, ReadOnlySpan<float> gradients, Span<float> squareAverage, Span<float> stepAverage, AdadeltaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, squareAverage, stepAverage);
        UpdateLoop.Run(new AdadeltaRule(options), options, buffers, [new Segment(0, 0, values.Length)]);
    }

    private protected override bool Update(
        AdadeltaOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        UpdateLoop.Run(new AdadeltaRule(options), options, buffers, segments);
}

/// <summary>
/// The average squares v of gradients and u of steps. The root of their quotient takes one root and is more exact than the
/// quotient of the roots; scaled by a power of 2, which is exact, it has room for gradients of any size.
/// </summary>
internal readonly struct AdadeltaRule(AdadeltaOptions options) : IUpdateRule
{
    private const float Room = 1L << 32;
    private const float RoomRoot = 1 << 16;

    // Epsilon is added to the squares: it hides as much as its root would if that were added to their roots.
    private readonly SecondMoment _gradients = new(options.Rho, Math.Sqrt(options.Epsilon));
    private readonly SecondMoment _steps = new(options.Rho, Math.Sqrt(options.Epsilon));
    private readonly float _epsilon = (float)options.Epsilon;
    private readonly float _minusRate = (float)-options.LearningRate;

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v, ref TFloat u, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat epsilon = TFloat.Splat(_epsilon);
        _gradients.Update(ref v, g);
        TFloat ratio = TFloat.Splat(Room) * (u + epsilon) / (v + epsilon);
        TFloat delta = TFloat.Splat(1 / RoomRoot) * TFloat.Sqrt(ratio) * g;
        _steps.Update(ref u, delta);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), delta, p);
    }
}
