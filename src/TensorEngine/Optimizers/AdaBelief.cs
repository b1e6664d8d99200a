using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="AdaBelief"/>, with its authors' defaults.</summary>
public sealed record AdaBeliefOptions() : OptimizerOptions(learningRate: 1e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the first moment, the average gradient; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <summary>The decay rate of the average squared deviation of gradients from their average; in [0, 1), by default 0.999.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.999;

    /// <summary>Keeps the quotient finite; each step adds it to the average square and to its root. At least 0, by default 1e-16.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-16;

    /// <inheritdoc/>
    protected internal override AdaBeliefOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements AdaBelief: Adam that divides by the deviation of gradients from their average instead of by their size, so that it takes long
/// steps where gradients are as expected. Weight decay is decoupled.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// m = beta1 * m + (1 - beta1) * g
/// s = beta2 * s + (1 - beta2) * (g - m)^2 + epsilon
/// p = p * (1 - learningRate * weightDecay)
///     - learningRate * m / (1 - beta1^step) / (sqrt(s / (1 - beta2^step)) + epsilon)
/// </code>
/// g - m is computed as beta1 * (g - m of the step before), which is the same and loses nothing. With beta1 = 0 nothing deviates: s
/// consists of epsilon alone.
/// Error: after the first step at most 6 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the largest
/// |p| or |update| on the way, because decay and step both round p.
/// Source: Zhuang et al., AdaBelief optimizer: adapting stepsizes by the belief in observed gradients, 2020, algorithm 2.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class AdaBelief(IEnumerable<Parameter> parameters, AdaBeliefOptions? options = null)
    : FusedOptimizer<AdaBelief, AdaBeliefOptions>(parameters, options ?? new()), IFusedOptimizer<AdaBeliefOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<AdaBeliefOptions>.States(AdaBeliefOptions options) =>
        ["exp_avg", StateName.NonNegative("exp_avg_var")];

    static void IFusedOptimizer<AdaBeliefOptions>.Step(in FusedStep<AdaBeliefOptions> step) => step.Run(
        new AdaBeliefRule(step.Options, step.Number), WeightDecay.Decoupled(step.Options.LearningRate, step.Options.WeightDecay));
}

/// <summary>
/// Updates the average m and the average square s of the gradients' deviation from it. Because s grows by epsilon, m is divided by at least
/// its root.
/// </summary>
internal readonly struct AdaBeliefRule(AdaBeliefOptions options, long step) : IUpdateRule2<AdaBeliefRule>
{
    private readonly FirstMoment _first = new(options.Beta1, Math.Sqrt(options.Epsilon), step);
    private readonly SecondMoment _square = new(options.Beta2, Math.Sqrt(options.Epsilon), step);
    private readonly Constant _beta1 = new(options.Beta1);
    private readonly Constant _minusRate = new(-options.LearningRate / (1 - Scalar.IntegerPower(options.Beta1, step)));
    private readonly Constant _correction2 = new(1 / Math.Sqrt(1 - Scalar.IntegerPower(options.Beta2, step)));
    private readonly Constant _epsilon = new(options.Epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat s)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat epsilon = TFloat.Splat(_epsilon);
        TFloat surprise = TFloat.Splat(_beta1) * (g - m);
        _first.Update(ref m, g);
        _square.Update(ref s, surprise);
        s += epsilon;
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(s), TFloat.Splat(_correction2), epsilon);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / deviation, p);
    }
}
