using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Weight decay, which a step applies in the same pass as the rule and before it. The default is no decay. Without decay, and with a decay
/// of 0, infinite values stay infinite.
/// </summary>
public readonly struct WeightDecay
{
    private readonly double _rate;

    private WeightDecay(double rate, bool isDecoupled)
    {
        _rate = rate;
        IsDecoupled = isDecoupled;
    }

    /// <summary>No decay.</summary>
    public static WeightDecay None => default;

    /// <summary>The factor of the value: the weight decay, multiplied by the learning rate if decoupled.</summary>
    public double Rate => _rate;

    /// <summary>Whether the decay scales the value instead of changing the gradient.</summary>
    public bool IsDecoupled { get; }

    /// <summary>Which of the loops' forms of decay it is.</summary>
    internal DecayForm Form =>
        _rate == 0 ? DecayForm.None
        : !IsDecoupled ? DecayForm.Coupled
        : _rate > ScalingDecay.LeastRate ? DecayForm.Scaling
        : DecayForm.Decoupled;

    /// <summary>Returns the same kind of decay with its strength multiplied by a factor.</summary>
    internal WeightDecay Times(double factor) => new(_rate * factor, IsDecoupled);

    /// <summary>Returns a decay that adds the gradient of an L2 penalty: g = gradient + weightDecay * p.</summary>
    /// <param name="weightDecay">The factor; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weightDecay"/> is negative, NaN or not finite as a float.</exception>
    public static WeightDecay Coupled(double weightDecay) =>
        new(HyperParameter.NonNegative(weightDecay, nameof(weightDecay)), isDecoupled: false);

    /// <summary>
    /// Returns a decay that does not affect the gradient: p = p - learningRate * weightDecay * p. The operation is fused rather than p * (1
    /// - rate), because the float nearest to 1 - rate is off by up to half a unit in its last place, in the same direction at every step.
    /// For a rate above one half, the float nearest to the rate is off by more relative to the rest of p, so p * (1 - rate) is used.
    /// Infinite values stay infinite, but become NaN at a rate of 1.
    /// </summary>
    /// <param name="learningRate">The learning rate of this step; at least 0.</param>
    /// <param name="weightDecay">The factor; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative, NaN or not finite as a float.</exception>
    public static WeightDecay Decoupled(double learningRate, double weightDecay)
    {
        HyperParameter.NonNegative(learningRate, nameof(learningRate));
        return new(learningRate * HyperParameter.NonNegative(weightDecay, nameof(weightDecay)), isDecoupled: true);
    }
}

/// <summary>The forms of decay that loops have.</summary>
internal enum DecayForm
{
    None,
    Coupled,
    Decoupled,
    Scaling,
}

/// <summary>Weight decay as the loop applies it.</summary>
internal interface IDecay
{
    TFloat Gradient<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>;

    TFloat Value<TFloat>(TFloat p)
        where TFloat : struct, IFloatLane<TFloat>;
}

internal readonly struct NoDecay : IDecay
{
    public TFloat Gradient<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => g;

    public TFloat Value<TFloat>(TFloat p)
        where TFloat : struct, IFloatLane<TFloat> => p;
}

internal readonly struct CoupledDecay(double rate) : IDecay
{
    private readonly Constant _rate = new(rate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Gradient<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(TFloat.Splat(_rate), p, g);

    public TFloat Value<TFloat>(TFloat p)
        where TFloat : struct, IFloatLane<TFloat> => p;
}

internal readonly struct DecoupledDecay(double rate) : IDecay
{
    private readonly Constant _minusRate = new(-rate);

    // An infinite value loses a part of the largest float, not of itself, which would be NaN.
    private readonly Constant _most = new(float.MaxValue);
    private readonly Constant _least = new(-float.MaxValue);

    public TFloat Gradient<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => g;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Value<TFloat>(TFloat p)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), TFloat.Min(TFloat.Max(p, TFloat.Splat(_least)), TFloat.Splat(_most)), p);
}

/// <summary>Decoupled decay that leaves little: p * (1 - rate).</summary>
internal readonly struct ScalingDecay(double rate) : IDecay
{
    /// <summary>The rate above which this form is used.</summary>
    public const double LeastRate = 0.5;

    private readonly Constant _kept = new(1 - rate);

    public TFloat Gradient<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => g;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Value<TFloat>(TFloat p)
        where TFloat : struct, IFloatLane<TFloat> => TFloat.Splat(_kept) * p;
}

/// <summary>Any form of decay, for loops in which a branch costs little.</summary>
internal readonly struct AnyDecay(WeightDecay decay) : IDecay
{
    private readonly DecayForm _form = decay.Form;
    private readonly CoupledDecay _coupled = new(decay.Rate);
    private readonly DecoupledDecay _decoupled = new(decay.Rate);
    private readonly ScalingDecay _scaling = new(decay.Rate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Gradient<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => _form == DecayForm.Coupled ? _coupled.Gradient(p, g) : g;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Value<TFloat>(TFloat p)
        where TFloat : struct, IFloatLane<TFloat> =>
        _form == DecayForm.Decoupled ? _decoupled.Value(p) : _form == DecayForm.Scaling ? _scaling.Value(p) : p;
}
