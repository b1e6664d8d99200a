using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// Options of <see cref="Adamax"/>, with PyTorch's defaults. In place of the second moment there is a decaying maximum of |g|, with the
/// decay rate Beta2.
/// </summary>
public sealed record AdamaxOptions() : MomentOptions(learningRate: 2e-3)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <inheritdoc/>
    protected internal override AdamaxOptions Describe(StateArchive archive) => (AdamaxOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
    };
}

/// <summary>
/// Implements Adamax, as torch.optim.Adamax: Adam with a decaying maximum of |g| in place of the root mean square.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// m = beta1 * m + (1 - beta1) * g
/// u = max(beta2 * u, |g| + epsilon)
/// p = p - learningRate / (1 - beta1^step) * m / u
/// </code>
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, because every step rounds p.
/// Source: Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 2.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Adamax(IEnumerable<Parameter> parameters, AdamaxOptions? options = null)
    : FusedOptimizer<Adamax, AdamaxOptions>(parameters, options ?? new()), IFusedOptimizer<AdamaxOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<AdamaxOptions>.States(AdamaxOptions options) =>
        ["exp_avg", StateName.NonNegative("exp_inf")];

    static void IFusedOptimizer<AdamaxOptions>.Step(in FusedStep<AdamaxOptions> step) =>
        step.Run(new AdamaxRule(step.Options, step.Number), WeightDecay.Coupled(step.Options.WeightDecay));
}

/// <summary>Steps by the average m over the decaying maximum u. Because epsilon is part of u, u never becomes denormal.</summary>
internal readonly struct AdamaxRule(AdamaxOptions options, long step) : IUpdateRule2<AdamaxRule>
{
    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon, step);
    private readonly Constant _beta2 = new(options.Beta2);
    private readonly Constant _minusRate = new(-options.LearningRate / (1 - Scalar.IntegerPower(options.Beta1, step)));
    private readonly Constant _epsilon = new(options.Epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat u)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        u = TFloat.Max(TFloat.Splat(_beta2) * u, TFloat.Abs(g) + TFloat.Splat(_epsilon));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / u, p);
    }
}
