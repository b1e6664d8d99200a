using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Adopt"/>, with its authors' defaults.</summary>
public sealed record AdoptOptions() : OptimizerOptions(learningRate: 1e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the average of divided gradients; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <summary>The decay rate of the average square; in [0, 1), by default 0.9999.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9999;

    /// <summary>The smallest divisor of a gradient; at least 0, by default 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-6;

    /// <inheritdoc/>
    protected internal override AdoptOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements ADOPT: Adam that divides each gradient by the root of the average square of the earlier gradients, excluding itself, so that
/// it converges with any beta2. The first step only measures; the quotient is clamped to a range that grows with the steps. Weight decay is
/// decoupled.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// first step:  v = g^2
/// later steps: c = (step - 1)^(1/4)
///              m = beta1 * m + (1 - beta1) * max(-c, min(c, g / max(sqrt(v), epsilon)))
///              p = p * (1 - learningRate * weightDecay) - learningRate * m
///              v = beta2 * v + (1 - beta2) * g^2
/// </code>
/// Error: after the first step at most 2 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Source: Taniguchi et al., ADOPT: modified Adam can converge with any beta2 with the optimal rate, 2024, algorithm 2 with clipping.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Adopt(IEnumerable<Parameter> parameters, AdoptOptions? options = null)
    : FusedOptimizer<Adopt, AdoptOptions>(parameters, options ?? new()), IFusedOptimizer<AdoptOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<AdoptOptions>.States(AdoptOptions options) =>
        ["exp_avg_update", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<AdoptOptions>.Step(in FusedStep<AdoptOptions> step)
    {
        if (step.Number == 1)
            step.Run(new AdoptStartRule(step.Options));
        else
            step.Run(new AdoptRule(step.Options, step.Number), WeightDecay.Decoupled(step.Options.LearningRate, step.Options.WeightDecay));
    }
}

/// <summary>Stores the first squares.</summary>
internal readonly struct AdoptStartRule(AdoptOptions options) : IUpdateRule2<AdoptStartRule>
{
    private readonly Constant _flushRoot = new(Flush.RootBelow(1, options.Epsilon));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat root = Flush.Below(g, _flushRoot);
        v = root * root;
    }
}

/// <summary>Updates the average m of divided gradients and the average square v, which takes effect in the next step.</summary>
internal readonly struct AdoptRule(AdoptOptions options, long step) : IUpdateRule2<AdoptRule>
{
    // Nothing divides the average.
    private readonly FirstMoment _first = new(options.Beta1, epsilon: 1, step);
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly Constant _minusRate = new(-options.LearningRate);
    private readonly Constant _epsilon = new(options.Epsilon);
    private readonly Constant _bound = new(Math.Sqrt(Math.Sqrt(step - 1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat bound = TFloat.Splat(_bound), epsilon = TFloat.Splat(_epsilon), root = TFloat.Sqrt(v);
        TFloat divided = g / TFloat.SelectLess(root, epsilon, epsilon, root);
        divided = TFloat.SelectLess(bound, divided, bound, TFloat.SelectLess(divided, -bound, -bound, divided));
        _first.Update(ref m, divided);
        _second.Update(ref v, g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m, p);
    }
}
