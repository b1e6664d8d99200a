using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Distributed.Sharding;

/// <summary>left + right.</summary>
internal readonly struct Sum : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Apply<TFloat>(TFloat left, TFloat right)
        where TFloat : struct, IFloatLane<TFloat> => left + right;
}

/// <summary>(left + right) * factor, rounded twice, as if the sum had been stored.</summary>
internal readonly struct ScaledSum(float factor) : IBinaryFunction
{
    private readonly Constant _factor = new(factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Apply<TFloat>(TFloat left, TFloat right)
        where TFloat : struct, IFloatLane<TFloat> => (left + right) * TFloat.Splat(_factor);
}

/// <summary>value * factor.</summary>
internal readonly struct Scaled(float factor) : IUnaryFunction
{
    private readonly Constant _factor = new(factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Apply<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat> => value * TFloat.Splat(_factor);
}
