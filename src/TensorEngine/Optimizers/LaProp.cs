using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="LaProp"/>, with its authors' defaults.</summary>
public sealed record LaPropOptions() : MomentOptions(learningRate: 4e-4, epsilon: 1e-15)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <inheritdoc/>
    protected internal override LaPropOptions Describe(StateArchive archive) => (LaPropOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
    };
}

/// <summary>
/// Implements LaProp: Adam in a different order. Gradients are first divided by their size and then averaged, so that momentum and adaptive
/// rates do not interfere with each other and any beta1 works with any beta2. Weight decay is decoupled.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// v = beta2 * v + (1 - beta2) * g^2
/// m = beta1 * m + (1 - beta1) * g / (sqrt(v / (1 - beta2^step)) + epsilon)
/// p = p * (1 - learningRate * weightDecay) - learningRate * m / (1 - beta1^step)
/// </code>
/// The learning rate is outside the average, so a change takes effect at once.
/// Error: after the first step at most 6 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Source: Ziyin, Wang and Ueda, LaProp: separating momentum and adaptivity in Adam, 2020.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class LaProp(IEnumerable<Parameter> parameters, LaPropOptions? options = null)
    : FusedOptimizer<LaProp, LaPropOptions>(parameters, options ?? new()), IFusedOptimizer<LaPropOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<LaPropOptions>.States(LaPropOptions options) =>
        ["exp_avg_update", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<LaPropOptions>.Step(in FusedStep<LaPropOptions> step) => step.Run(
        new LaPropRule(step.Options, step.Number), WeightDecay.Decoupled(step.Options.LearningRate, step.Options.WeightDecay));
}

/// <summary>Updates the average square v, and the average m of the gradients that it divides.</summary>
internal readonly struct LaPropRule(LaPropOptions options, long step) : IUpdateRule2<LaPropRule>
{
    // Nothing divides the average.
    private readonly FirstMoment _first = new(options.Beta1, epsilon: 1, step);
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly Constant _minusRate = new(-options.LearningRate / (1 - Scalar.IntegerPower(options.Beta1, step)));
    private readonly Constant _correction2 = new(1 / Math.Sqrt(1 - Scalar.IntegerPower(options.Beta2, step)));
    private readonly Constant _epsilon = new(options.Epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _second.Update(ref v, g);
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), TFloat.Splat(_correction2), TFloat.Splat(_epsilon));
        _first.Update(ref m, g / deviation);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m, p);
    }
}
