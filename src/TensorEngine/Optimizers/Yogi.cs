using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Yogi"/>, with its paper's defaults.</summary>
public sealed record YogiOptions() : MomentOptions(learningRate: 1e-2, epsilon: 1e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The initial value of the average square; at least 0, by default 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double InitialAccumulatorValue { get; init => field = HyperParameter.NonNegative(value); } = 1e-6;

    /// <inheritdoc/>
    protected internal override YogiOptions Describe(StateArchive archive) => (YogiOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        InitialAccumulatorValue = archive.Number(nameof(InitialAccumulatorValue), InitialAccumulatorValue),
    };
}

/// <summary>
/// Implements Yogi: Adam whose average square moves toward the gradient's square by a step that depends on the square alone, so that it
/// does not forget large gradients quickly when small ones follow. Weight decay is decoupled.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// m = beta1 * m + (1 - beta1) * g
/// v = v - (1 - beta2) * sign(v - g^2) * g^2
/// p = p * (1 - learningRate * weightDecay)
///     - learningRate * m / (1 - beta1^step) / (sqrt(v / (1 - beta2^step)) + epsilon)
/// </code>
/// Error: after the first step at most 6 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Source: Zaheer et al., Adaptive methods for nonconvex optimization, 2018, algorithm 2, with Adam's bias corrections.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Yogi(IEnumerable<Parameter> parameters, YogiOptions? options = null)
    : FusedOptimizer<Yogi, YogiOptions>(parameters, options ?? new()), IFusedOptimizer<YogiOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<YogiOptions>.States(YogiOptions options) =>
        ["exp_avg", new("exp_avg_sq", (float)options.InitialAccumulatorValue) { IsNonNegative = true }];

    static void IFusedOptimizer<YogiOptions>.Step(in FusedStep<YogiOptions> step) => step.Run(
        new YogiRule(step.Options, step.Number), WeightDecay.Decoupled(step.Options.LearningRate, step.Options.WeightDecay));
}

/// <summary>Updates the average m, and v, which follows the squares.</summary>
internal readonly struct YogiRule(YogiOptions options, long step) : IUpdateRule2<YogiRule>
{
    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon, step);
    private readonly Constant _share = new(1 - options.Beta2);
    private readonly Constant _flushRoot = new(Flush.RootBelow(1 - options.Beta2, options.Epsilon));
    private readonly Constant _minusRate = new(-options.LearningRate / (1 - Scalar.IntegerPower(options.Beta1, step)));
    private readonly Constant _correction2 = new(1 / Math.Sqrt(1 - Scalar.IntegerPower(options.Beta2, step)));
    private readonly Constant _epsilon = new(options.Epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        TFloat root = Flush.Below(g, _flushRoot), square = root * root, change = TFloat.Splat(_share) * square;
        v = TFloat.SelectLess(square, v, v - change, TFloat.SelectLess(v, square, v + change, v));
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), TFloat.Splat(_correction2), TFloat.Splat(_epsilon));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / deviation, p);
    }
}
