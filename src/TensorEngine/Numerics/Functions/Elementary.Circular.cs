using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Functions;

/// <content>Sine and cosine.</content>
public static partial class Elementary
{
    /// <summary>
    /// The largest angle for which sine and cosine are computed over lanes; larger angles are computed in double, one by one.
    /// </summary>
    internal const float LargestAngle = 131072f;

    /// <summary>The sine of x radians for |x| at most 131072; NaN for NaN. Error at most 1.5 ULP.</summary>
    /// <param name="x">Radians; beyond 131072 the result is meaningless: use the span form there.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Sin<TFloat>(TFloat x)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat sign = x & TFloat.SplatBits(0x8000_0000);
        (TFloat quarter, TFloat r) = NearestQuarter(x ^ sign);
        (TFloat s, TFloat c) = (SineOf(r), CosineOf(r));
        // Odd quarters take the cosine; quarters 2 and 3 are negative.
        TFloat odd = TFloat.SubtractBits(TFloat.SplatBits(0), quarter & TFloat.SplatBits(1));
        return s ^ ((s ^ c) & odd) ^ TFloat.ShiftLeft(TFloat.ShiftRight(quarter, 1), 31) ^ sign;
    }

    /// <summary>The cosine of x radians for |x| at most 131072; NaN for NaN. Error at most 1.5 ULP.</summary>
    /// <param name="x">Radians; beyond 131072 the result is meaningless: use the span form there.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Cos<TFloat>(TFloat x)
        where TFloat : struct, IFloatLane<TFloat>
    {
        (TFloat quarter, TFloat r) = NearestQuarter(TFloat.Abs(x));
        (TFloat s, TFloat c) = (SineOf(r), CosineOf(r));
        // Odd quarters take the sine; quarters 1 and 2 are negative.
        TFloat one = TFloat.SplatBits(1);
        TFloat odd = TFloat.SubtractBits(TFloat.SplatBits(0), quarter & one);
        return c ^ ((s ^ c) & odd) ^ TFloat.ShiftLeft(TFloat.ShiftRight(TFloat.AddBits(quarter, one), 1), 31);
    }

    // The nearest multiple of pi / 2 in the low bits, and what is left of x, at most pi / 4.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat Quarter, TFloat Remainder) NearestQuarter<TFloat>(TFloat x)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits.
        TFloat rounder = TFloat.Splat(12582912f);
        TFloat shifted = TFloat.FusedMultiplyAdd(x, TFloat.Splat(0.63661975f), rounder);
        TFloat n = shifted - rounder;
        // pi / 2 as three floats. Where much cancels, the first two steps are exact.
        TFloat r = TFloat.FusedMultiplyAdd(n, TFloat.Splat(-1.5707964f), x);
        r = TFloat.FusedMultiplyAdd(n, TFloat.Splat(4.371139e-8f), r);
        r = TFloat.FusedMultiplyAdd(n, TFloat.Splat(1.7151245e-15f), r);
        return (shifted & TFloat.SplatBits(3), r);
    }

    // r + r^3 * polynomial(r^2) for |r| <= pi / 4.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat SineOf<TFloat>(TFloat r)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat z = r * r;
        TFloat q = TFloat.Splat(2.7246870e-6f);
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(-1.9840064e-4f));
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(8.3333319e-3f));
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(-0.16666667f));
        return TFloat.FusedMultiplyAdd(z * r, q, r);
    }

    // 1 - r^2 / 2 + r^4 * polynomial(r^2) for |r| <= pi / 4.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat CosineOf<TFloat>(TFloat r)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat z = r * r;
        TFloat q = TFloat.Splat(2.4545419e-5f);
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(-1.3888291e-3f));
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(0.041666664f));
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(-0.5f));
        return TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(1f));
    }
}
