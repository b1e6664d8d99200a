using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="ScheduleFreeSgd"/>, with its authors' defaults.</summary>
public sealed record ScheduleFreeSgdOptions() : ScheduleFreeOptions(learningRate: 1)
{
    /// <summary>beta: how much the training values have of the evaluation values; in (0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in (0, 1).</exception>
    public double Momentum
    {
        get;
        set => field = Require.InOpenUnitInterval(value);
    } = 0.9;

    internal override double EvaluationShare => Momentum;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        Momentum = visitor.Number(nameof(Momentum), Momentum);
    }
}

/// <summary>
/// Schedule-free stochastic gradient descent, as SGDScheduleFree in its authors' schedulefree package. Parameters hold y.
/// <code>
/// g = gradient + weightDecay * y              (-gradient with maximize)
/// t = learningRate * min(1, step / warmupSteps)
/// w = step^weightPower * (the largest t so far)^weightRatePower
/// c = w / (the sum of w so far)
/// y = y + c * (z - y) + t * (momentum * (1 - c) - 1) * g        (before the first step z = y)
/// z = z - t * g
/// x = y + (1 - 1 / momentum) * (z - y)                          (to evaluate)
/// </code>
/// Error: after the first step at most 4 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, as every step rounds y twice.
/// Source: Defazio et al., The road less scheduled, 2024.
/// </summary>
public sealed class ScheduleFreeSgd : ScheduleFreeOptimizer<ScheduleFreeSgdOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public ScheduleFreeSgd(ParameterStore store, ScheduleFreeSgdOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public ScheduleFreeSgd(IEnumerable<Parameter> parameters, ScheduleFreeSgdOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "z")
    {
    }

    internal override string Kind => "ScheduleFreeSgd";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">y, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="z">As long as <paramref name="values"/>; what is there before the first step does not count.</param>
    /// <param name="weightSum">The sum of the weights of all steps; 0 before the first step.</param>
    /// <param name="largestRate">The largest learning rate so far; 0 before the first step.</param>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Step(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> z,
        ref double weightSum,
        ref double largestRate,
        ScheduleFreeSgdOptions options,
        long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, z);
        var carried = new Carried(weightSum, largestRate);
        Run(options, step, ref carried, buffers, [new Segment(0, 0, values.Length)]);
        (weightSum, largestRate) = (carried.First, carried.Second);
    }

    /// <inheritdoc cref="ScheduleFreeOptimizer{TOptions}.Evaluate"/>
    public static new void Evaluate(
        ReadOnlySpan<float> values, ReadOnlySpan<float> z, Span<float> destination, ScheduleFreeSgdOptions options) =>
        ScheduleFreeOptimizer<ScheduleFreeSgdOptions>.Evaluate(values, z, destination, options);

    private protected override bool Update(
        ScheduleFreeSgdOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        Run(options, step, ref carried, buffers, segments);

    private static bool Run(
        ScheduleFreeSgdOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
    {
        var rule = new ScheduleFreeSgdRule(new ScheduleFreeMove(options, step, ref carried));
        return step == 1
            ? UpdateLoop.Run(new StartingFromValues<ScheduleFreeSgdRule>(rule), options, buffers, segments)
            : UpdateLoop.Run(rule, options, buffers, segments);
    }
}

/// <summary>y and z move by the gradient.</summary>
internal readonly struct ScheduleFreeSgdRule(ScheduleFreeMove move) : IUpdateRule
{
    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat y, TFloat g, ref TFloat z, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat> => move.Move(ref y, ref z, g);
}
