using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="ScheduleFreeSgd"/>, with its authors' defaults.</summary>
public sealed record ScheduleFreeSgdOptions() : ScheduleFreeOptions(learningRate: 1)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>beta: the weight of the evaluation values x in the training values y; in (0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in (0, 1).</exception>
    public double Momentum { get; init => field = HyperParameter.InOpenUnitInterval(value); } = 0.9;

    internal override double EvaluationShare => Momentum;

    /// <inheritdoc/>
    protected internal override ScheduleFreeSgdOptions Describe(StateArchive archive) => (ScheduleFreeSgdOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Momentum = archive.Number(nameof(Momentum), Momentum),
    };
}

/// <summary>
/// Implements schedule-free stochastic gradient descent, as SGDScheduleFree in its authors' schedulefree package. Parameters hold y.
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
/// largest |p| or |update| on the way, because every step rounds y twice.
/// Source: Defazio et al., The road less scheduled, 2024.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class ScheduleFreeSgd(IEnumerable<Parameter> parameters, ScheduleFreeSgdOptions? options = null)
    : ScheduleFreeOptimizer<ScheduleFreeSgd, ScheduleFreeSgdOptions>(parameters, options ?? new()), IFusedOptimizer<ScheduleFreeSgdOptions>
{
    static IReadOnlyList<CarriedNumber> IFusedOptimizer<ScheduleFreeSgdOptions>.Carried { get; } = [new("weight_sum"), new("lr_max")];

    static IReadOnlyList<StateName> IFusedOptimizer<ScheduleFreeSgdOptions>.States(ScheduleFreeSgdOptions options) => ["z"];

    static void IFusedOptimizer<ScheduleFreeSgdOptions>.Step(in FusedStep<ScheduleFreeSgdOptions> step)
    {
        var rule = new ScheduleFreeSgdRule(new(step.Options.LearningRate, step.Options, step.Number, ref step.Carried));
        var decay = WeightDecay.Coupled(step.Options.WeightDecay);
        if (step.Number == 1)
            step.Run(new StartingFromValues<ScheduleFreeSgdRule>(rule), decay);
        else
            step.Run(rule, decay);
    }
}

/// <summary>Moves z by the gradient, and y after both.</summary>
internal readonly struct ScheduleFreeSgdRule(ScheduleFreeMove move) : IUpdateRule1<ScheduleFreeSgdRule>
{
    private readonly ScheduleFreeMove _move = move;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat y, TFloat g, ref TFloat z)
        where TFloat : struct, IFloatLane<TFloat> => _move.Move(ref y, ref z, g);
}
