using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Lion"/>, with its paper's defaults.</summary>
public sealed record LionOptions() : OptimizerOptions(learningRate: 1e-4)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The weight of the average in the direction of a step; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <summary>The decay rate of the average; in [0, 1), by default 0.99.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.99;

    /// <inheritdoc/>
    protected internal override LionOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
    };
}

/// <summary>
/// Implements Lion: every element moves by the learning rate, against the sign of an average gradient. Weight decay is decoupled.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// c = beta1 * m + (1 - beta1) * g
/// p = p * (1 - learningRate * weightDecay) - learningRate * sign(c)
/// m = beta2 * m + (1 - beta2) * g
/// </code>
/// The sign of 0 is 0, that of NaN is NaN. Because the step does not depend on the magnitude of c, an average keeps moving its value until
/// it is 0. Below about 2^-124, where arithmetic would become slow, an average counts as 0.
/// Error: after the first step at most 2 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the largest
/// |p| or |update| on the way, because decay and step both round p. (If c nearly cancels, rounding may change its sign.)
/// Source: Chen et al., Symbolic discovery of optimization algorithms, 2023.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Lion(IEnumerable<Parameter> parameters, LionOptions? options = null)
    : FusedOptimizer<Lion, LionOptions>(parameters, options ?? new()), IFusedOptimizer<LionOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<LionOptions>.States(LionOptions options) => ["exp_avg"];

    static void IFusedOptimizer<LionOptions>.Step(in FusedStep<LionOptions> step) =>
        step.Run(
            new LionRule(step.Options.LearningRate, step.Options.Beta1, step.Options.Beta2),
            WeightDecay.Decoupled(step.Options.LearningRate, step.Options.WeightDecay));
}

/// <summary>
/// Updates the average m, and steps by the sign of c, whose terms are added rather than interpolated: the sign is right unless they nearly
/// cancel.
/// </summary>
internal readonly struct LionRule(double learningRate, double beta1, double beta2) : IUpdateRule1<LionRule>
{
    private readonly Constant _minusRate = new(-learningRate);
    private readonly Constant _beta1 = new(beta1);
    private readonly Constant _beta2 = new(beta2);
    private readonly Constant _share1 = new(1 - beta1);
    private readonly Constant _share2 = new(1 - beta2);
    private readonly Constant _flush = new(Math.Max(Flush.StillNormal(beta1), Flush.StillNormal(beta2)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m)
        where TFloat : struct, IFloatLane<TFloat>
    {
        m = Flush.Below(m, _flush);
        TFloat c = TFloat.FusedMultiplyAdd(TFloat.Splat(_beta1), m, TFloat.Splat(_share1) * g);
        m = TFloat.FusedMultiplyAdd(TFloat.Splat(_beta2), m, TFloat.Splat(_share2) * g);

        // What is neither above nor below 0 is its own sign: a zero or NaN.
        TFloat zero = TFloat.Splat(0f);
        TFloat sign = TFloat.SelectLess(c, zero, TFloat.Splat(-1f), TFloat.SelectLess(zero, c, TFloat.Splat(1f), c));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), sign, p);
    }
}
