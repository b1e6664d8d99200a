using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>Weight decay, applied before the rule and in the same pass.</summary>
internal interface IWeightDecay
{
    TFloat Gradient<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>;

    TFloat Value<TFloat>(TFloat p)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>Neither the gradient nor the value changes, so infinite values stay infinite.</summary>
internal readonly struct NoDecay : IWeightDecay
{
    public TFloat Gradient<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => g;

    public TFloat Value<TFloat>(TFloat p)
        where TFloat : struct, IFloatLane<TFloat> => p;
}

/// <summary>g + weightDecay * p: the gradient of an L2 penalty.</summary>
internal readonly struct CoupledDecay(float weightDecay) : IWeightDecay
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Gradient<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(TFloat.Splat(weightDecay), p, g);

    public TFloat Value<TFloat>(TFloat p)
        where TFloat : struct, IFloatLane<TFloat> => p;
}

/// <summary>
/// p - rate * p with rate = learningRate * weightDecay: the gradient does not see it. Fused rather than p * (1 - rate), as the
/// float nearest to 1 - rate is off by up to half a unit in its last place, at every step in the same direction.
/// </summary>
internal readonly struct DecoupledDecay(double rate) : IWeightDecay
{
    private readonly float _minusRate = (float)-rate;

    public TFloat Gradient<TFloat>(TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => g;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Value<TFloat>(TFloat p)
        where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), p, p);
}
