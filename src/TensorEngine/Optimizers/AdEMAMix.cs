using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="AdEMAMix"/>, with its paper's defaults, except for weight decay.</summary>
public sealed record AdEMAMixOptions() : OptimizerOptions(learningRate: 1e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the fast average gradient; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <summary>The decay rate of the average square; in [0, 1), by default 0.999.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.999;

    /// <summary>The decay rate of the slow average gradient after the warm-up; in [0, 1), by default 0.9999.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta3 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9999;

    /// <summary>The weight of the slow average relative to the fast one after the warm-up; at least 0, by default 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Alpha { get; init => field = HyperParameter.NonNegative(value); } = 5;

    /// <summary>
    /// The number of steps over which <see cref="Alpha"/> rises from 0 and the decay rate of the slow average rises to <see cref="Beta3"/>;
    /// at least 0, by default 0: both apply in full from the first step. The paper uses the length of the run.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long WarmUpSteps { get; init => field = Require.AtLeast(0, value, nameof(WarmUpSteps)); }

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    /// <inheritdoc/>
    protected internal override AdEMAMixOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Beta3 = archive.Number(nameof(Beta3), Beta3),
        Alpha = archive.Number(nameof(Alpha), Alpha),
        WarmUpSteps = archive.Integer(nameof(WarmUpSteps), WarmUpSteps),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements AdEMAMix: AdamW with a second, slow average of the gradients, which remembers gradients from tens of thousands of steps ago.
/// Weight decay is decoupled.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// w = min(1, step / warmUpSteps)              (1 without a warm-up)
/// b = 2^(-1 / h), where h = (1 - w) * halfLife(beta1) + w * halfLife(beta3) and halfLife(x) = -1 / log2(x)
/// m = beta1 * m + (1 - beta1) * g
/// s = b * s + (1 - b) * g
/// v = beta2 * v + (1 - beta2) * g^2
/// p = p * (1 - learningRate * weightDecay)
///     - learningRate * (m / (1 - beta1^step) + w * alpha * s) / (sqrt(v / (1 - beta2^step)) + epsilon)
/// </code>
/// Error: after the first step at most 6 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Source: Pagliardini, Ablin and Grangier, The AdEMAMix optimizer: better, faster, older, 2024, algorithm 1 and section 3.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class AdEMAMix(IEnumerable<Parameter> parameters, AdEMAMixOptions? options = null)
    : FusedOptimizer<AdEMAMix, AdEMAMixOptions>(parameters, options ?? new()), IFusedOptimizer<AdEMAMixOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<AdEMAMixOptions>.States(AdEMAMixOptions options) =>
        ["exp_avg", "exp_avg_slow", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<AdEMAMixOptions>.Step(in FusedStep<AdEMAMixOptions> step) => step.Run(
        new AdEMAMixRule(step.Options, step.Number), WeightDecay.Decoupled(step.Options.LearningRate, step.Options.WeightDecay));
}

/// <summary>Updates the fast and slow averages m and s of gradients and the average v of squares.</summary>
internal readonly struct AdEMAMixRule : IUpdateRule3<AdEMAMixRule>
{
    private readonly FirstMoment _fast;
    private readonly FirstMoment _slow;
    private readonly SecondMoment _square;
    private readonly Constant _fastFactor;
    private readonly Constant _slowFactor;
    private readonly Constant _correction2;
    private readonly Constant _epsilon;
    private readonly Constant _minusRate;

    public AdEMAMixRule(AdEMAMixOptions options, long step)
    {
        double warmth = step < options.WarmUpSteps ? (double)step / options.WarmUpSteps : 1;
        double alpha = warmth * options.Alpha;

        // A power of 2, which is exact: the sum of both averages may be beyond the floats where each is not.
        double room = Math.ScaleB(1, -4 - Math.Max(0, Math.ILogB(Math.Max(alpha, 1))));
        _fast = new(options.Beta1, options.Epsilon, step);
        _slow = new(Between(options.Beta1, options.Beta3, warmth), options.Epsilon, step);
        _square = new(options.Beta2, options.Epsilon, step);
        _fastFactor = new(room / (1 - Scalar.IntegerPower(options.Beta1, step)));
        _slowFactor = new(room * alpha);
        _correction2 = new(1 / Math.Sqrt(1 - Scalar.IntegerPower(options.Beta2, step)));
        _epsilon = new(options.Epsilon);
        _minusRate = new(-options.LearningRate / room);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat s, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _fast.Update(ref m, g);
        _slow.Update(ref s, g);
        _square.Update(ref v, g);
        TFloat direction = TFloat.FusedMultiplyAdd(TFloat.Splat(_slowFactor), s, TFloat.Splat(_fastFactor) * m);
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), TFloat.Splat(_correction2), TFloat.Splat(_epsilon));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), direction / deviation, p);
    }

    /// <summary>Returns the decay rate whose half-life is the given fraction of the way between those of two decay rates.</summary>
    private static double Between(double from, double to, double part)
    {
        if (part == 1)
            return to;
        double halfLife = (1 - part) * HalfLife(from) + part * HalfLife(to);
        return halfLife > 0 ? Scalar.Exp(-1 / halfLife) : 0;

        static double HalfLife(double kept) => kept > 0 ? -1 / Scalar.Log(kept) : 0;
    }
}
