using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Adam"/>, with PyTorch's defaults.</summary>
public sealed record AdamOptions() : MomentOptions(learningRate: 1e-3)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>Whether to divide by the largest second moment so far, which needs a third state buffer.</summary>
    public bool AmsGrad { get; init; }

    /// <summary>
    /// Whether epsilon is added to the root of v before its bias is corrected, as in "Deep Learning from Scratch", chapter 6 (with an
    /// epsilon of 1e-7), and in the paper's shortened form. The effective epsilon is then epsilon / sqrt(1 - beta2^step).
    /// </summary>
    public bool EpsilonOutsideCorrection { get; init; }

    /// <inheritdoc/>
    protected internal override AdamOptions Describe(StateArchive archive) => (AdamOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        AmsGrad = archive.Flag(nameof(AmsGrad), AmsGrad),
        EpsilonOutsideCorrection = archive.Flag(nameof(EpsilonOutsideCorrection), EpsilonOutsideCorrection),
    };
}

/// <summary>
/// Implements Adam, as torch.optim.Adam.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * g^2           (amsgrad: u = max(u, v), and u for v below)
/// p = p - learningRate / (1 - beta1^step) * m / (sqrt(v) / sqrt(1 - beta2^step) + epsilon)
/// </code>
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, because every step rounds p. If weight decay nearly cancels a gradient, the error can be larger.
/// With amsgrad, once a second moment is NaN, the largest second moment stays NaN.
/// Sources: Kingma and Ba, Adam: a method for stochastic optimization, 2015; Reddi, Kale and Kumar, On the convergence of Adam and beyond,
/// 2018 (amsgrad).
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Adam(IEnumerable<Parameter> parameters, AdamOptions? options = null)
    : FusedOptimizer<Adam, AdamOptions>(parameters, options ?? new()), IFusedOptimizer<AdamOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<AdamOptions>.States(AdamOptions options) =>
        options.AmsGrad
            ? ["exp_avg", StateName.NonNegative("exp_avg_sq"), StateName.NonNegative("max_exp_avg_sq")]
            : ["exp_avg", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<AdamOptions>.Step(in FusedStep<AdamOptions> step)
    {
        AdamOptions options = step.Options;
        var rule = new AdamRule(
            options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, step.Number, options.EpsilonOutsideCorrection);
        var decay = WeightDecay.Coupled(options.WeightDecay);
        if (options.AmsGrad)
            step.Run(new AmsGradRule(rule), decay);
        else
            step.Run(rule, decay);
    }
}

/// <summary>
/// Updates the moments m and v and steps p. There is one division: the bias correction of v multiplies its root, that of m is part of the
/// rate.
/// </summary>
internal readonly struct AdamRule : IUpdateRule2<AdamRule>
{
    private readonly FirstMoment _first;
    private readonly SecondMoment _second;
    private readonly Constant _minusRate;
    private readonly Constant _correction2;
    private readonly Constant _epsilon;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public AdamRule(double learningRate, double beta1, double beta2, double epsilon, long step, bool epsilonOutsideCorrection = false)
    {
        // First, as the rest is done while the processor waits for it.
        (double left1, double left2) = Scalar.IntegerPowers(beta1, beta2, step);
        double correction2 = 1 / Math.Sqrt(1 - left2);
        _minusRate = new(-learningRate / (1 - left1));
        _correction2 = new(correction2);
        _epsilon = new(epsilon * (epsilonOutsideCorrection ? correction2 : 1));
        _first = new(beta1, epsilon, step);
        _second = new(beta2, epsilon, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        UpdateMoments(g, ref m, ref v);
        Move(ref p, m, v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void UpdateMoments<TFloat>(TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Move<TFloat>(ref TFloat p, TFloat m, TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), TFloat.Splat(_correction2), TFloat.Splat(_epsilon));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / deviation, p);
    }
}

/// <summary>As <see cref="AdamRule"/>, with the largest second moment u so far in place of v.</summary>
internal readonly struct AmsGradRule(AdamRule adam) : IUpdateRule3<AmsGradRule>
{
    private readonly AdamRule _adam = adam;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat u)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _adam.UpdateMoments(g, ref m, ref v);
        u = TFloat.Max(u, v);
        _adam.Move(ref p, m, u);
    }
}
