using System.Globalization;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Sgd"/>, with PyTorch's defaults.</summary>
public sealed record SgdOptions() : OptimizerOptions(learningRate: 1e-3)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>mu: the decay rate of the momentum buffer; in [0, 1), by default 0, which needs no buffer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum { get; init => field = HyperParameter.InUnitInterval(value); }

    /// <summary>
    /// The share of the gradient that does not enter the momentum buffer, except in the first step; finite, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double Dampening { get; init => field = HyperParameter.Finite(value); }

    /// <summary>Whether to look ahead along the buffer; requires a positive momentum and no dampening.</summary>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    protected internal override string? FindContradiction() => FindContradiction(Nesterov, Momentum, Dampening);

    internal static string? FindContradiction(bool nesterov, double momentum, double dampening) =>
        nesterov && (momentum == 0 || dampening != 0)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Nesterov is set with Momentum {momentum} and Dampening {dampening}; it requires a positive momentum and no dampening.")
            : null;

    /// <inheritdoc/>
    protected internal override SgdOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Momentum = archive.Number(nameof(Momentum), Momentum),
        Dampening = archive.Number(nameof(Dampening), Dampening),
        Nesterov = archive.Flag(nameof(Nesterov), Nesterov),
    };
}

/// <summary>
/// Implements stochastic gradient descent, as torch.optim.SGD.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// b = momentum * b + (1 - dampening) * g      (first step: b = g)
/// p = p - learningRate * b                    (nesterov: g + momentum * b for b; without momentum: g)
/// </code>
/// Error: after the first step at most 2.5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, because every step rounds p.
/// Source: Sutskever et al., On the importance of initialization and momentum in deep learning, 2013.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Sgd(IEnumerable<Parameter> parameters, SgdOptions? options = null)
    : FusedOptimizer<Sgd, SgdOptions>(parameters, options ?? new()), IFusedOptimizer<SgdOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<SgdOptions>.States(SgdOptions options) =>
        options.Momentum > 0 ? ["momentum_buffer"] : [];

    static void IFusedOptimizer<SgdOptions>.Step(in FusedStep<SgdOptions> step)
    {
        var decay = WeightDecay.Coupled(step.Options.WeightDecay);
        if (step.Options.Momentum == 0)
            step.Run(new SgdRule(step.Options.LearningRate), decay);
        else if (step.Options.Nesterov)
            step.Run(new SgdNesterovRule(step.Options.LearningRate, step.Options.Momentum), decay);
        else
            step.Run(new SgdMomentumRule(step.Options.LearningRate, step.Options.Momentum, step.Options.Dampening, step.Number), decay);
    }
}

/// <summary>p - learningRate * g.</summary>
internal readonly struct SgdRule(double learningRate) : IUpdateRule0<SgdRule>
{
    private readonly Constant _minusRate = new(-learningRate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), g, p);
}

/// <summary>Averages gradients in the buffer b, which p follows.</summary>
internal readonly struct SgdMomentumRule(double learningRate, double momentum, double dampening, long step) : IUpdateRule1<SgdMomentumRule>
{
    private readonly Constant _minusRate = new(-learningRate);
    private readonly Constant _momentum = new(momentum);
    private readonly Constant _share = new(step == 1 ? 1 : 1 - dampening);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat b)
        where TFloat : struct, IFloatLane<TFloat>
    {
        b = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(b, Flush.Velocity), TFloat.Splat(_share) * g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), b, p);
    }
}

/// <summary>As <see cref="SgdMomentumRule"/>, with p one momentum ahead of the buffer.</summary>
internal readonly struct SgdNesterovRule(double learningRate, double momentum) : IUpdateRule1<SgdNesterovRule>
{
    // Half of the sum, at twice the rate, is exact, and within the floats where b and g are.
    private readonly Constant _minusTwiceRate = new(-2 * learningRate);
    private readonly Constant _momentum = new(momentum);
    private readonly Constant _halfMomentum = new(momentum / 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat b)
        where TFloat : struct, IFloatLane<TFloat>
    {
        b = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(b, Flush.Velocity), g);
        TFloat half = TFloat.FusedMultiplyAdd(TFloat.Splat(_halfMomentum), b, TFloat.Splat(0.5f) * g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusTwiceRate), half, p);
    }
}
