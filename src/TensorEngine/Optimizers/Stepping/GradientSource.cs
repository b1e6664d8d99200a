using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>Provides the loop with a register of gradients.</summary>
internal interface IGradientSource
{
    TFloat Read<TFloat>(ref float gradients, nint index)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>gradient * factor; the factor's sign is that of the descent.</summary>
internal readonly struct ScaledGradient(double factor) : IGradientSource
{
    private readonly Constant _factor = new(factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Read<TFloat>(ref float gradients, nint index)
        where TFloat : struct, IFloatLane<TFloat> => Scale(TFloat.Load(ref gradients, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Scale<TFloat>(TFloat gradients)
        where TFloat : struct, IFloatLane<TFloat> => gradients * TFloat.Splat(_factor);
}

/// <summary>gradient * factor, clamped to a magnitude; NaN stays NaN.</summary>
internal readonly struct ClampedGradient(double factor, float bound) : IGradientSource
{
    private readonly Constant _factor = new(factor);
    private readonly Constant _bound = new(bound);
    private readonly Constant _minusBound = new(-bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Read<TFloat>(ref float gradients, nint index)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat scaled = TFloat.Load(ref gradients, index) * TFloat.Splat(_factor);
        return TFloat.Min(TFloat.Max(scaled, TFloat.Splat(_minusBound)), TFloat.Splat(_bound));
    }
}

/// <summary>As <see cref="ClampedGradient"/>, with a factor beyond the range of floats.</summary>
internal readonly struct FarGradient(double factor, float bound) : IGradientSource
{
    private readonly FarFactor _factor = new(factor);
    private readonly Constant _bound = new(bound);
    private readonly Constant _minusBound = new(-bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Read<TFloat>(ref float gradients, nint index)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat scaled = _factor.Times(TFloat.Load(ref gradients, index));
        return TFloat.Min(TFloat.Max(scaled, TFloat.Splat(_minusBound)), TFloat.Splat(_bound));
    }
}

/// <summary>As <typeparamref name="TSource"/>, and sets the gradients to 0.</summary>
internal readonly struct ClearedGradient<TSource>(TSource source) : IGradientSource
    where TSource : struct, IGradientSource
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Read<TFloat>(ref float gradients, nint index)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat g = source.Read<TFloat>(ref gradients, index);
        TFloat.Splat(0f).Store(ref gradients, index);
        return g;
    }
}
