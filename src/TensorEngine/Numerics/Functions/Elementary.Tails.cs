using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Functions;

/// <content>Parts of activations near 0 or far from it, where the function itself would lose accuracy.</content>
public static partial class Elementary
{
    /// <summary>
    /// The standard normal distribution beyond t, erfc(t / sqrt(2)) / 2, and e^(-t^2 / 2), for t from 0 to infinity; both relatively
    /// exact to a few ULP.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (TFloat Tail, TFloat Exponential) NormalTail<TFloat>(TFloat t)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // Beyond 15 both are 0.
        t = TFloat.Min(t, TFloat.Splat(15f));
        TFloat one = TFloat.Splat(1f), half = TFloat.Splat(-0.5f);

        // The square as two floats: what the first one misses may be 50 ULP of the exponential.
        TFloat square = t * t;
        TFloat rest = TFloat.FusedMultiplyAdd(t, t, -square);
        TFloat exponential = Exp(half * square);
        exponential = TFloat.FusedMultiplyAdd(exponential, half * rest, exponential);

        // The tail over the exponential is u * polynomial(v) with u = 1 / (1 + k t) and v = 1 - u, fitted up to t = 14.5. Near 0, v is
        // more exact as k t u.
        TFloat scaled = TFloat.Splat(0.305f) * t, u = one / (one + scaled), v = scaled * u;
        TFloat q = TFloat.Splat(0.020233871f);
        q = TFloat.FusedMultiplyAdd(q, v, TFloat.Splat(-0.076875426f));
        q = TFloat.FusedMultiplyAdd(q, v, TFloat.Splat(0.08562343f));
        q = TFloat.FusedMultiplyAdd(q, v, TFloat.Splat(-0.0017151682f));
        q = TFloat.FusedMultiplyAdd(q, v, TFloat.Splat(0.01509983f));
        q = TFloat.FusedMultiplyAdd(q, v, TFloat.Splat(-0.13586435f));
        q = TFloat.FusedMultiplyAdd(q, v, TFloat.Splat(-0.048229244f));
        q = TFloat.FusedMultiplyAdd(q, v, TFloat.Splat(0.57141155f));
        q = TFloat.FusedMultiplyAdd(q, v, TFloat.Splat(-0.80800694f));
        q = TFloat.FusedMultiplyAdd(q, v, TFloat.Splat(0.5f));
        return (q * u * exponential, exponential);
    }

    /// <summary>e^x - 1 for x at most 0, relatively exact also near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TFloat ExpMinusOne<TFloat>(TFloat x)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // Below -30 the result is -1. The reduction is that of Exp.
        x = TFloat.Max(x, TFloat.Splat(-30f));
        TFloat rounder = TFloat.Splat(12582912f);
        TFloat shifted = TFloat.FusedMultiplyAdd(x, TFloat.Splat(1.44269504f), rounder);
        TFloat n = shifted - rounder;
        TFloat r = TFloat.FusedMultiplyAdd(n, TFloat.Splat(-Ln2High), x);
        r = TFloat.FusedMultiplyAdd(n, TFloat.Splat(-Ln2Low), r);

        // (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2, with a term more than Exp: here it counts beside r, not beside 1.
        TFloat q = TFloat.Splat(0.00019845877f);
        q = TFloat.FusedMultiplyAdd(q, r, TFloat.Splat(0.0013940618f));
        q = TFloat.FusedMultiplyAdd(q, r, TFloat.Splat(0.00833339f));
        q = TFloat.FusedMultiplyAdd(q, r, TFloat.Splat(0.041666362f));
        q = TFloat.FusedMultiplyAdd(q, r, TFloat.Splat(0.16666666f));
        q = TFloat.FusedMultiplyAdd(q, r, TFloat.Splat(0.5f));
        TFloat p = TFloat.FusedMultiplyAdd(r * r, q, r);
        TFloat power = PowerOfTwo(TFloat.SubtractBits(shifted, rounder));
        return TFloat.FusedMultiplyAdd(power, p, power - TFloat.Splat(1f));
    }

    /// <summary>ln(1 + t) for t from 0 to 1, relatively exact also near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TFloat LogOfOnePlus<TFloat>(TFloat t)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // (ln(1 + t) - t) / t^2.
        TFloat q = TFloat.Splat(-0.0033184723f);
        q = TFloat.FusedMultiplyAdd(q, t, TFloat.Splat(0.020204585f));
        q = TFloat.FusedMultiplyAdd(q, t, TFloat.Splat(-0.057664443f));
        q = TFloat.FusedMultiplyAdd(q, t, TFloat.Splat(0.106805556f));
        q = TFloat.FusedMultiplyAdd(q, t, TFloat.Splat(-0.15355396f));
        q = TFloat.FusedMultiplyAdd(q, t, TFloat.Splat(0.19695401f));
        q = TFloat.FusedMultiplyAdd(q, t, TFloat.Splat(-0.24958587f));
        q = TFloat.FusedMultiplyAdd(q, t, TFloat.Splat(0.33330512f));
        q = TFloat.FusedMultiplyAdd(q, t, TFloat.Splat(-0.4999993f));
        return TFloat.FusedMultiplyAdd(t * t, q, t);
    }
}
