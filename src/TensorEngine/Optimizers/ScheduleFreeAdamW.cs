using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="ScheduleFreeAdamW"/>, with its authors' defaults.</summary>
public sealed record ScheduleFreeAdamWOptions() : ScheduleFreeOptions(learningRate: 2.5e-3)
{
    /// <summary>The weight decay: each step adds WeightDecay * y to its direction; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>beta: the weight of the evaluation values x in the training values y; in (0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in (0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InOpenUnitInterval(value); } = 0.9;

    /// <summary>The decay rate of the second moment, the average square; in [0, 1), by default 0.999.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.999;

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    internal override double EvaluationShare => Beta1;

    /// <inheritdoc/>
    protected internal override ScheduleFreeAdamWOptions Describe(StateArchive archive) =>
        (ScheduleFreeAdamWOptions)base.Describe(archive) with
        {
            WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
            Beta1 = archive.Number(nameof(Beta1), Beta1),
            Beta2 = archive.Number(nameof(Beta2), Beta2),
            Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        };
}

/// <summary>
/// Implements schedule-free AdamW, as AdamWScheduleFree in its authors' schedulefree package. Parameters hold y.
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
/// largest |p| or |update| on the way, because every step rounds y twice.
/// Source: Defazio et al., The road less scheduled, 2024.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class ScheduleFreeAdamW(IEnumerable<Parameter> parameters, ScheduleFreeAdamWOptions? options = null)
    : ScheduleFreeOptimizer<ScheduleFreeAdamW, ScheduleFreeAdamWOptions>(parameters, options ?? new()),
        IFusedOptimizer<ScheduleFreeAdamWOptions>
{
    static IReadOnlyList<CarriedNumber> IFusedOptimizer<ScheduleFreeAdamWOptions>.Carried { get; } = [new("weight_sum"), new("lr_max")];

    static IReadOnlyList<StateName> IFusedOptimizer<ScheduleFreeAdamWOptions>.States(ScheduleFreeAdamWOptions options) =>
        ["z", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<ScheduleFreeAdamWOptions>.Step(in FusedStep<ScheduleFreeAdamWOptions> step)
    {
        var rule = new ScheduleFreeAdamWRule(
            step.Options, step.Number, new(step.Options.LearningRate, step.Options, step.Number, ref step.Carried));
        if (step.Number == 1)
            step.Run(new StartingFromValues<ScheduleFreeAdamWRule>(rule));
        else
            step.Run(rule);
    }
}

/// <summary>Moves z by the gradient over the root of v plus the decay of y, and y after both.</summary>
internal readonly struct ScheduleFreeAdamWRule(ScheduleFreeAdamWOptions options, long step, ScheduleFreeMove move)
    : IUpdateRule2<ScheduleFreeAdamWRule>
{
    private readonly ScheduleFreeMove _move = move;
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly Constant _correction2 = new(1 / Math.Sqrt(1 - Scalar.IntegerPower(options.Beta2, step)));
    private readonly Constant _epsilon = new(options.Epsilon);
    private readonly Constant _weightDecay = new(options.WeightDecay);
    private readonly bool _decays = options.WeightDecay != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat y, TFloat g, ref TFloat z, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _second.Update(ref v, g);
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), TFloat.Splat(_correction2), TFloat.Splat(_epsilon));
        TFloat direction = g / deviation;
        if (_decays)
            direction = TFloat.FusedMultiplyAdd(TFloat.Splat(_weightDecay), y, direction);
        _move.Move(ref y, ref z, direction);
    }
}
