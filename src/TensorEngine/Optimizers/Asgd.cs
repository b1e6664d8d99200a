using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Asgd"/>, with PyTorch's defaults.</summary>
public sealed record AsgdOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The strength of the decay toward 0, and of the decay of the rate; at least 0, by default 1e-4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Lambda { get; init => field = HyperParameter.NonNegative(value); } = 1e-4;

    /// <summary>The exponent of the rate's decay; finite, by default 0.75.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double Alpha { get; init => field = HyperParameter.Finite(value); } = 0.75;

    /// <summary>
    /// t0: the step after which averaging starts; until then the average is a copy of the value. Finite, may be negative, by default 1e6.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double AveragingStart { get; init => field = HyperParameter.Finite(value); } = 1e6;

    /// <inheritdoc/>
    protected internal override AsgdOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Lambda = archive.Number(nameof(Lambda), Lambda),
        Alpha = archive.Number(nameof(Alpha), Alpha),
        AveragingStart = archive.Number(nameof(AveragingStart), AveragingStart),
    };
}

/// <summary>
/// Implements averaged stochastic gradient descent, as torch.optim.ASGD. The average is in the state "ax"; copy it to the values to use it.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// eta = learningRate / (1 + lambda * learningRate * (step - 1))^alpha
/// p = p * (1 - lambda * eta) - eta * g
/// a = a + (p - a) / max(1, step - 1 - averagingStart)                       (the first step: a = p)
/// </code>
/// Eta is computed from the step and the current learning rate; PyTorch keeps it as state and follows a new learning rate one step later.
/// Error: after the first step at most 4 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Source: Polyak and Juditsky, Acceleration of stochastic approximation by averaging, 1992.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Asgd(IEnumerable<Parameter> parameters, AsgdOptions? options = null)
    : FusedOptimizer<Asgd, AsgdOptions>(parameters, options ?? new()), IFusedOptimizer<AsgdOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<AsgdOptions>.States(AsgdOptions options) => ["ax"];

    static void IFusedOptimizer<AsgdOptions>.Step(in FusedStep<AsgdOptions> step)
    {
        AsgdOptions options = step.Options;
        double eta = options.LearningRate / Scalar.Power(1 + options.Lambda * options.LearningRate * (step.Number - 1), options.Alpha);
        double averaged = step.Number == 1 ? 1 : step.Number - 1 - options.AveragingStart;
        var move = new AsgdMove(eta, options.Lambda * eta);
        var decay = WeightDecay.Coupled(options.WeightDecay);
        if (averaged <= 1)
            step.Run(new AsgdCopyRule(move), decay);
        else
            step.Run(new AsgdRule(move, 1 / averaged), decay);
    }
}

/// <summary>p - lambda * eta * p - eta * g.</summary>
internal readonly struct AsgdMove(double eta, double decay)
{
    private readonly Constant _minusEta = new(-eta);
    private readonly DecoupledDecay _decay = new(decay);
    private readonly ScalingDecay _scaling = new(decay);
    private readonly bool _decays = decay != 0;
    private readonly bool _scales = decay > ScalingDecay.LeastRate;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Apply<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>
    {
        if (_scales)
            p = _scaling.Value(p);
        else if (_decays)
            p = _decay.Value(p);
        return TFloat.FusedMultiplyAdd(TFloat.Splat(_minusEta), g, p);
    }
}

/// <summary>Moves p and stores a copy in a.</summary>
internal readonly struct AsgdCopyRule(AsgdMove move) : IUpdateRule1<AsgdCopyRule>
{
    private readonly AsgdMove _move = move;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat a)
        where TFloat : struct, IFloatLane<TFloat>
    {
        p = _move.Apply(p, g);
        a = p;
    }
}

/// <summary>Moves p and its average a.</summary>
internal readonly struct AsgdRule(AsgdMove move, double share) : IUpdateRule1<AsgdRule>
{
    private readonly AsgdMove _move = move;
    private readonly Interpolation _toward = new(share);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat a)
        where TFloat : struct, IFloatLane<TFloat>
    {
        p = _move.Apply(p, g);
        a = _toward.Apply(a, p);
    }
}
