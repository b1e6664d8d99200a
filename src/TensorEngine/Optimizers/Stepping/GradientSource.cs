using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>How the loop gets a register of gradients.</summary>
internal interface IGradientSource
{
    TFloat Read<TFloat>(ref float gradients, nint index)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>gradient * factor; the factor's sign is that of the descent.</summary>
internal readonly struct ScaledGradient(float factor) : IGradientSource
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Read<TFloat>(ref float gradients, nint index)
        where TFloat : struct, IFloatLane<TFloat> => TFloat.Load(ref gradients, index) * TFloat.Splat(factor);
}

/// <summary>gradient * factor, clamped to a magnitude; NaN stays NaN.</summary>
internal readonly struct ClampedGradient(float factor, float bound) : IGradientSource
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Read<TFloat>(ref float gradients, nint index)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat scaled = TFloat.Load(ref gradients, index) * TFloat.Splat(factor);
        return TFloat.Min(TFloat.Max(scaled, TFloat.Splat(-bound)), TFloat.Splat(bound));
    }
}

/// <summary>As <typeparamref name="TSource"/>, and leaves 0 behind.</summary>
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
