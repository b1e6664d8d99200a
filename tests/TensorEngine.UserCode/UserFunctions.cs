using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.UserCode;

/// <summary>x / (1 + e^-x), as torch.nn.SiLU.</summary>
// PAGE swish
public readonly struct Swish : IUnaryFunction
{
    public TFloat Apply<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat> => value / (TFloat.Splat(1f) + Elementary.Exp(TFloat.Splat(0f) - value));
}
// END

/// <summary>x * min(max(x + 3, 0), 6) / 6, as torch.nn.Hardswish.</summary>
public readonly struct HardSwish : IUnaryFunction
{
    public TFloat Apply<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat> =>
        value * TFloat.Min(TFloat.Max(value + TFloat.Splat(3f), TFloat.Splat(0f)), TFloat.Splat(6f)) / TFloat.Splat(6f);
}

/// <summary>The gradient of <see cref="HardSwish"/>: that of the output times 0, (2 x + 3) / 6 or 1.</summary>
public readonly struct HardSwishGradient : IBinaryFunction
{
    public TFloat Apply<TFloat>(TFloat left, TFloat right)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat slope = TFloat.FusedMultiplyAdd(left, TFloat.Splat(1f / 3), TFloat.Splat(0.5f));
        slope = TFloat.SelectLess(left, TFloat.Splat(-3f), TFloat.Splat(0f), slope);
        return right * TFloat.SelectLess(TFloat.Splat(3f), left, TFloat.Splat(1f), slope);
    }
}

/// <summary>first + share * (second - first) * third.</summary>
public readonly struct Blend(double share) : ITernaryFunction
{
    private readonly Constant _share = new(share);

    public TFloat Apply<TFloat>(TFloat first, TFloat second, TFloat third)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.FusedMultiplyAdd(TFloat.Splat(_share) * (second - first), third, first);
}
