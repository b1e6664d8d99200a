using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="ScheduleFreeAdamW"/>, with its authors' defaults.</summary>
public sealed record ScheduleFreeAdamWOptions() : ScheduleFreeOptions(learningRate: 2.5e-3)
{
    /// <summary>beta: how much the training values have of the evaluation values; in (0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in (0, 1).</exception>
    public double Beta1
    {
        get;
        set => field = Require.InOpenUnitInterval(value);
    } = 0.9;

    /// <summary>How much of the second moment, the average square, is kept; in [0, 1), by default 0.999.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2
    {
        get;
        set => field = Require.InUnitInterval(value);
    } = 0.999;

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon
    {
        get;
        set => field = Require.NonNegative(value);
    } = 1e-8;

    internal override double EvaluationShare => Beta1;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        Beta1 = visitor.Number(nameof(Beta1), Beta1);
        Beta2 = visitor.Number(nameof(Beta2), Beta2);
        Epsilon = visitor.Number(nameof(Epsilon), Epsilon);
    }
}

/// <summary>
/// Schedule-free AdamW, as AdamWScheduleFree in its authors' schedulefree package. Parameters hold y.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// t = learningRate * min(1, step / warmupSteps)
/// w = step^weightPower * (the largest t so far)^weightRatePower
/// c = w / (the sum of w so far)
/// v = beta2 * v + (1 - beta2) * g^2
/// n = g / (sqrt(v) / sqrt(1 - beta2^step) + epsilon) + weightDecay * y
/// y = y + c * (z - y) + t * (beta1 * (1 - c) - 1) * n           (before the first step z = y)
/// z = z - t * n
/// x = y + (1 - 1 / beta1) * (z - y)                             (to evaluate)
/// </code>
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, as every step rounds y twice.
/// Source: Defazio et al., The road less scheduled, 2024.
/// </summary>
public sealed class ScheduleFreeAdamW : ScheduleFreeOptimizer<ScheduleFreeAdamWOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public ScheduleFreeAdamW(ParameterStore store, ScheduleFreeAdamWOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public ScheduleFreeAdamW(IEnumerable<Parameter> parameters, ScheduleFreeAdamWOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, "z", "exp_avg_sq")
    {
    }

    internal override string Kind => "ScheduleFreeAdamW";

    /// <summary>One step over the caller's memory, in place.</summary>
    /// <param name="values">y, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="z">As long as <paramref name="values"/>; what is there before the first step does not count.</param>
    /// <param name="secondMoment">v, as long as <paramref name="values"/>; 0 before the first step.</param>
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
        Span<float> secondMoment,
        ref double weightSum,
        ref double largestRate,
        ScheduleFreeAdamWOptions options,
        long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        UpdateBuffers buffers = SpanBuffers.Check(values, gradients, z, secondMoment);
        var carried = new Carried(weightSum, largestRate);
        Run(options, step, ref carried, buffers, [new Segment(0, 0, values.Length)]);
        (weightSum, largestRate) = (carried.First, carried.Second);
    }

    /// <inheritdoc cref="ScheduleFreeOptimizer{TOptions}.Evaluate"/>
    public static new void Evaluate(
        ReadOnlySpan<float> values, ReadOnlySpan<float> z, Span<float> destination, ScheduleFreeAdamWOptions options) =>
        ScheduleFreeOptimizer<ScheduleFreeAdamWOptions>.Evaluate(values, z, destination, options);

    private protected override bool Update(
        ScheduleFreeAdamWOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments) =>
        Run(options, step, ref carried, buffers, segments);

    private static bool Run(
        ScheduleFreeAdamWOptions options, long step, ref Carried carried, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
    {
        var move = new ScheduleFreeMove(options, step, ref carried);
        return options.WeightDecay == 0
            ? Run(new ScheduleFreeAdamWRule<NoDecay>(options, step, move, default), options, step, buffers, segments)
            : Run(
                new ScheduleFreeAdamWRule<CoupledDecay>(options, step, move, new CoupledDecay((float)options.WeightDecay)),
                options,
                step,
                buffers,
                segments);
    }

    private static bool Run<TRule>(
        in TRule rule, ScheduleFreeAdamWOptions options, long step, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule =>
        step == 1
            ? UpdateLoop.RunWithoutDecay(new StartingFromValues<TRule>(rule), options, buffers, segments)
            : UpdateLoop.RunWithoutDecay(rule, options, buffers, segments);
}

/// <summary>y and z move by the gradient over the root of the average square v, to which the decay of y is added.</summary>
internal readonly struct ScheduleFreeAdamWRule<TDecay>(
    ScheduleFreeAdamWOptions options, long step, ScheduleFreeMove move, TDecay decay) : IUpdateRule
    where TDecay : struct, IWeightDecay
{
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly float _correction2 = (float)(1 / Math.Sqrt(1 - Scalar.Power(options.Beta2, step)));
    private readonly float _epsilon = (float)options.Epsilon;

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat y, TFloat g, ref TFloat z, ref TFloat v, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _second.Update(ref v, g);
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), TFloat.Splat(_correction2), TFloat.Splat(_epsilon));
        move.Move(ref y, ref z, decay.Gradient(y, g / deviation));
    }
}
