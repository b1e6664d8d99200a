using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="SimplifiedAdEMAMix"/>, with its authors' defaults, except for weight decay.</summary>
public sealed record SimplifiedAdEMAMixOptions() : OptimizerOptions(learningRate: 1e-4)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the sum of gradients; in [0, 1), by default 0.99.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.99;

    /// <summary>The decay rate of the average square; in [0, 1), by default 0.95.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.95;

    /// <summary>The additional weight of the latest gradient, which the sum already includes once; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Alpha { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    /// <inheritdoc/>
    protected internal override SimplifiedAdEMAMixOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Alpha = archive.Number(nameof(Alpha), Alpha),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements simplified AdEMAMix: <see cref="AdEMAMix"/> with one sum of gradients in place of two averages, and the latest gradient in
/// addition. The sum is about 1 / (1 - beta1) times as large as an average, so the rate is that much smaller than Adam's. Weight decay is
/// decoupled.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// m = beta1 * m + g
/// v = beta2 * v + (1 - beta2) * g^2
/// p = p * (1 - learningRate * weightDecay)
///     - learningRate * (alpha * g + m) / (sqrt(v / (1 - beta2^step)) + epsilon)
/// </code>
/// Error: after the first step at most 6 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Source: Morwani et al., Connections between schedule-free optimizers, AdEMAMix, and accelerated SGD variants, 2025, section 4.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class SimplifiedAdEMAMix(IEnumerable<Parameter> parameters, SimplifiedAdEMAMixOptions? options = null)
    : FusedOptimizer<SimplifiedAdEMAMix, SimplifiedAdEMAMixOptions>(parameters, options ?? new()),
        IFusedOptimizer<SimplifiedAdEMAMixOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<SimplifiedAdEMAMixOptions>.States(SimplifiedAdEMAMixOptions options) =>
        ["momentum_buffer", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<SimplifiedAdEMAMixOptions>.Step(in FusedStep<SimplifiedAdEMAMixOptions> step) => step.Run(
        new SimplifiedAdEMAMixRule(step.Options, step.Number),
        WeightDecay.Decoupled(step.Options.LearningRate, step.Options.WeightDecay));
}

/// <summary>Updates the decaying sum m of gradients, and the average v of squares.</summary>
internal readonly struct SimplifiedAdEMAMixRule : IUpdateRule2<SimplifiedAdEMAMixRule>
{
    private readonly Retention _kept;
    private readonly bool _flushes;
    private readonly float _flush;
    private readonly SecondMoment _square;
    private readonly Constant _roomForGradient;
    private readonly Constant _roomForSum;
    private readonly Constant _correction2;
    private readonly Constant _epsilon;
    private readonly Constant _minusRate;

    public SimplifiedAdEMAMixRule(SimplifiedAdEMAMixOptions options, long step)
    {
        // A power of 2, which is exact: the sum of both may be beyond the floats where each is not.
        double room = Math.ScaleB(1, -4 - Math.Max(0, Math.ILogB(Math.Max(options.Alpha, 1))));
        _kept = new(options.Beta1);
        _flushes = Flush.IsDue(step);
        _flush = Flush.MomentBelow(options.Epsilon);
        _square = new(options.Beta2, options.Epsilon, step);
        _roomForGradient = new(room * options.Alpha);
        _roomForSum = new(room);
        _correction2 = new(1 / Math.Sqrt(1 - Scalar.IntegerPower(options.Beta2, step)));
        _epsilon = new(options.Epsilon);
        _minusRate = new(-options.LearningRate / room);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        if (_flushes)
            m = Flush.Below(m, _flush);
        m = _kept.Of(m) + g;
        _square.Update(ref v, g);
        TFloat direction = TFloat.FusedMultiplyAdd(TFloat.Splat(_roomForGradient), g, TFloat.Splat(_roomForSum) * m);
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), TFloat.Splat(_correction2), TFloat.Splat(_epsilon));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), direction / deviation, p);
    }
}
