using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Functions;

/// <summary>
/// Exponential, logarithm, sine, cosine and hyperbolic tangent of floats, the same bits on every processor and at every width: a
/// reduction of the argument that is exact or nearly so, then a polynomial fitted to the function, evaluated by fused
/// multiply-adds. The maximum errors hold over all floats. Each function exists for spans and, for functions of your own
/// (<see cref="Map"/>), for the lanes of a register.
/// </summary>
public static partial class Elementary
{
    // ln 2 as the sum of a short number, whose products with exponents are exact, and the rest.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>
    /// e^x for every float: 0 below -104, infinity above 88.73, denormal results rounded, NaN for NaN. Error at most 1.02 ULP.
    /// </summary>
    /// <param name="x">Any floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Exp<TFloat>(TFloat x)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits.
        TFloat rounder = TFloat.Splat(12582912f);
        x = TFloat.Min(TFloat.Max(x, TFloat.Splat(-104f)), TFloat.Splat(89f));
        TFloat shifted = TFloat.FusedMultiplyAdd(x, TFloat.Splat(1.44269504f), rounder);
        TFloat n = shifted - rounder;
        TFloat r = TFloat.FusedMultiplyAdd(n, TFloat.Splat(-Ln2High), x);
        r = TFloat.FusedMultiplyAdd(n, TFloat.Splat(-Ln2Low), r);

        // (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2.
        TFloat q = TFloat.Splat(0.0013815689599f);
        q = TFloat.FusedMultiplyAdd(q, r, TFloat.Splat(0.0083685005084f));
        q = TFloat.FusedMultiplyAdd(q, r, TFloat.Splat(0.041668348014f));
        q = TFloat.FusedMultiplyAdd(q, r, TFloat.Splat(0.16666522622f));
        q = TFloat.FusedMultiplyAdd(q, r, TFloat.Splat(0.49999994040f));
        TFloat y = TFloat.FusedMultiplyAdd(r * r, q, r) + TFloat.Splat(1f);

        // 2^n in two factors: one alone would overflow at both ends of the range.
        TFloat exponent = TFloat.SubtractBits(shifted, rounder);
        TFloat half = TFloat.ShiftRightSigned(exponent, 1);
        return y * PowerOfTwo(half) * PowerOfTwo(TFloat.SubtractBits(exponent, half));
    }

    /// <summary>
    /// The natural logarithm of every float: NaN below 0, -infinity at 0, denormals included. Error at most 0.81 ULP.
    /// </summary>
    /// <param name="x">Any floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Log<TFloat>(TFloat x)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat zero = TFloat.Splat(0f);
        TFloat smallestNormal = TFloat.Splat(1.17549435e-38f);
        TFloat scaled = TFloat.SelectLess(x, smallestNormal, x * TFloat.Splat(8388608f), x);
        TFloat correction = TFloat.SelectLess(x, smallestNormal, TFloat.Splat(-23f), zero);
        (TFloat e, TFloat f) = Split(scaled);
        TFloat result = LogOfSplit(e + correction, f, 1f);
        result = TFloat.SelectLess(zero, x, result, TFloat.Splat(float.NegativeInfinity));
        result = TFloat.SelectLess(x, zero, TFloat.Splat(float.NaN), result);
        return TFloat.SelectLess(x, TFloat.Splat(float.PositiveInfinity), result, x);
    }

    /// <summary>
    /// ln x * scale for positive, finite, normal x. Scale is a power of two, or one negated: it goes into the constants and
    /// changes no rounding.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TFloat LogOfNormal<TFloat>(TFloat x, float scale)
        where TFloat : struct, IFloatLane<TFloat>
    {
        (TFloat e, TFloat f) = Split(x);
        return LogOfSplit(e, f, scale);
    }

    // x = 2^e * (1 + f) with 1 + f between sqrt(1/2), whose bits are subtracted, and sqrt(2).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat E, TFloat F) Split<TFloat>(TFloat x)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat e = TFloat.ShiftRightSigned(TFloat.SubtractBits(x, TFloat.SplatBits(0x3F3504F3)), 23);
        return (TFloat.SignedToFloat(e), TFloat.SubtractBits(x, TFloat.ShiftLeft(e, 23)) - TFloat.Splat(1f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat LogOfSplit<TFloat>(TFloat e, TFloat f, float scale)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // (ln(1 + f) - f + f^2 / 2) / f^3.
        TFloat q = TFloat.Splat(0.069265715778f * scale);
        q = TFloat.FusedMultiplyAdd(q, f, TFloat.Splat(-0.11771683395f * scale));
        q = TFloat.FusedMultiplyAdd(q, f, TFloat.Splat(0.11857442558f * scale));
        q = TFloat.FusedMultiplyAdd(q, f, TFloat.Splat(-0.12386745960f * scale));
        q = TFloat.FusedMultiplyAdd(q, f, TFloat.Splat(0.14221352339f * scale));
        q = TFloat.FusedMultiplyAdd(q, f, TFloat.Splat(-0.16669180989f * scale));
        q = TFloat.FusedMultiplyAdd(q, f, TFloat.Splat(0.20002068579f * scale));
        q = TFloat.FusedMultiplyAdd(q, f, TFloat.Splat(-0.24999986589f * scale));
        q = TFloat.FusedMultiplyAdd(q, f, TFloat.Splat(0.33333313465f * scale));

        TFloat square = f * f;
        TFloat rest = TFloat.FusedMultiplyAdd(square * f, q, e * TFloat.Splat(Ln2Low * scale));
        rest = TFloat.FusedMultiplyAdd(square, TFloat.Splat(-0.5f * scale), rest);
        rest = TFloat.FusedMultiplyAdd(f, TFloat.Splat(scale), rest);
        return TFloat.FusedMultiplyAdd(e, TFloat.Splat(Ln2High * scale), rest);
    }

    /// <summary>Sine and cosine of word / 2^32 turns, word being the lane's 32 bits. Absolute error at most 1.01e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (TFloat Sine, TFloat Cosine) SinCosOfTurn<TFloat>(TFloat word)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // What is left of the nearest quarter turn stands, with its sign, in the lower 30 bits.
        TFloat x = TFloat.SignedToFloat(TFloat.ShiftLeft(word, 2)) * TFloat.Splat(1f / (1L << 32));
        TFloat z = x * x;

        // sin(pi/2 x) / x and (cos(pi/2 x) - 1) / x^2, both even.
        TFloat s = TFloat.Splat(-0.0046016578563f);
        s = TFloat.FusedMultiplyAdd(s, z, TFloat.Splat(0.079680033028f));
        s = TFloat.FusedMultiplyAdd(s, z, TFloat.Splat(-0.64596349001f));
        s = TFloat.FusedMultiplyAdd(s, z, TFloat.Splat(1.5707963705f)) * x;
        TFloat c = TFloat.Splat(0.00090441067005f);
        c = TFloat.FusedMultiplyAdd(c, z, TFloat.Splat(-0.020860487595f));
        c = TFloat.FusedMultiplyAdd(c, z, TFloat.Splat(0.25366926193f));
        c = TFloat.FusedMultiplyAdd(c, z, TFloat.Splat(-1.2337005138f));
        c = TFloat.FusedMultiplyAdd(c, z, TFloat.Splat(1f));

        // The nearest quarter stands in the upper two bits of the word and an eighth turn. Odd quarters swap the two; the sine is
        // negative in quarters 2 and 3, the cosine in 1 and 2.
        TFloat quarter = TFloat.AddBits(word, TFloat.SplatBits(1u << 29));
        TFloat sign = TFloat.SplatBits(0x8000_0000);
        TFloat swap = (s ^ c) & TFloat.ShiftRightSigned(TFloat.ShiftLeft(quarter, 1), 31);
        TFloat next = TFloat.AddBits(quarter, TFloat.SplatBits(1u << 30));
        return (s ^ swap ^ (quarter & sign), c ^ swap ^ (next & sign));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat PowerOfTwo<TFloat>(TFloat exponent)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.ShiftLeft(TFloat.AddBits(exponent, TFloat.SplatBits(127)), 23);
}
