using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Generators;

/// <summary>
/// Converts 16 uniform draws x to 16 normal draws as PyTorch's AVX2 kernel does: x[j] and x[j + 8] from radius sqrt(-2 ln(1 - x[j])) and
/// angle 2 pi x[j + 8]. Logarithm, sine and cosine are those of the Cephes library as PyTorch's build of avx_mathfun.h computes them: where
/// its compiler fused a product and a sum, they are fused here, and nowhere else.
/// </summary>
/// <remarks>
/// Source: Moshier, Cephes (logf.c, sinf.c); Pommier and Garberoglio, avx_mathfun.h. The constants and the order of the
/// operations are theirs. A comparison with PyTorch's draws showed which operations are fused.
/// </remarks>
internal static class TorchNormal
{
    /// <summary>The number of draws made together.</summary>
    public const int Block = 16;

    private const int Half = Block / 2;

    /// <summary>Replaces uniform draws with normal ones; the length is a multiple of <see cref="Block"/>.</summary>
    public static void Transform(Span<float> draws, float mean, float standardDeviation)
    {
        var kernel = new Kernel(draws, mean, standardDeviation);
        LaneDispatch.FloatUpTo8(ref kernel);
    }

    // For positive x that is not denormal, at most 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Log<TFloat>(TFloat x)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // x = 2^e * (1 + f) with 1 + f from sqrt(1/2) to sqrt(2).
        TFloat one = TFloat.Splat(1f), rootOfHalf = TFloat.Splat(0.707106781186547524f);
        TFloat mantissa = (x & TFloat.SplatBits(0x007F_FFFF)) ^ TFloat.Splat(0.5f);
        TFloat e = TFloat.SignedToFloat(TFloat.SubtractBits(TFloat.ShiftRight(x, 23), TFloat.SplatBits(126)));
        e = TFloat.SelectLess(mantissa, rootOfHalf, e - one, e);
        TFloat f = mantissa - one;
        f = TFloat.SelectLess(mantissa, rootOfHalf, f + mantissa, f);

        TFloat z = f * f;
        TFloat y = TFloat.Splat(7.0376836292e-2f);
        y = TFloat.FusedMultiplyAdd(y, f, TFloat.Splat(-1.1514610310e-1f));
        y = TFloat.FusedMultiplyAdd(y, f, TFloat.Splat(1.1676998740e-1f));
        y = TFloat.FusedMultiplyAdd(y, f, TFloat.Splat(-1.2420140846e-1f));
        y = TFloat.FusedMultiplyAdd(y, f, TFloat.Splat(1.4249322787e-1f));
        y = TFloat.FusedMultiplyAdd(y, f, TFloat.Splat(-1.6668057665e-1f));
        y = TFloat.FusedMultiplyAdd(y, f, TFloat.Splat(2.0000714765e-1f));
        y = TFloat.FusedMultiplyAdd(y, f, TFloat.Splat(-2.4999993993e-1f));
        y = TFloat.FusedMultiplyAdd(y, f, TFloat.Splat(3.3333331174e-1f)) * f;
        y = TFloat.FusedMultiplyAdd(y, z, e * TFloat.Splat(-2.12194440e-4f));
        y = TFloat.FusedMultiplyAdd(z, TFloat.Splat(-0.5f), y);
        return TFloat.FusedMultiplyAdd(e, TFloat.Splat(0.693359375f), f + y);
    }

    // For x from 0 to 2 pi.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat Sine, TFloat Cosine) SinCos<TFloat>(TFloat x)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // The whole number of quarter turns nearest to x: the floor of (eighths + 1) / 2. Adding 2^23 rounds to the nearest whole
        // number, which then stands in the low bits; one above the floor is taken back.
        TFloat rounder = TFloat.Splat(8388608f), one = TFloat.Splat(1f);
        TFloat eighths = x * TFloat.Splat(1.27323954473516f);
        TFloat whole = eighths + rounder - rounder;
        whole = TFloat.SelectLess(eighths, whole, whole - one, whole);
        TFloat odd = TFloat.SplatBits(1) & (whole + rounder);
        whole += TFloat.SignedToFloat(odd);
        TFloat quarter = TFloat.ShiftRight(whole + rounder, 1) & TFloat.SplatBits(3);

        TFloat r = TFloat.FusedMultiplyAdd(whole, TFloat.Splat(-0.78515625f), x);
        r = TFloat.FusedMultiplyAdd(whole, TFloat.Splat(-2.4187564849853515625e-4f), r);
        r = TFloat.FusedMultiplyAdd(whole, TFloat.Splat(-3.77489497744594108e-8f), r);

        TFloat z = r * r;
        TFloat c = TFloat.Splat(2.443315711809948e-5f);
        c = TFloat.FusedMultiplyAdd(c, z, TFloat.Splat(-1.388731625493765e-3f));
        c = TFloat.FusedMultiplyAdd(c, z, TFloat.Splat(4.166664568298827e-2f)) * z;
        c = TFloat.FusedMultiplyAdd(c, z, TFloat.Splat(0f) - z * TFloat.Splat(0.5f)) + one;
        TFloat s = TFloat.Splat(-1.9515295891e-4f);
        s = TFloat.FusedMultiplyAdd(s, z, TFloat.Splat(8.3321608736e-3f));
        s = TFloat.FusedMultiplyAdd(s, z, TFloat.Splat(-1.6666654611e-1f)) * z;
        s = TFloat.FusedMultiplyAdd(s, r, r);

        // Odd quarters swap the two; the sine is negative in quarters 2 and 3, the cosine in 1 and 2.
        TFloat oneBit = TFloat.SplatBits(1);
        TFloat swap = (s ^ c) & TFloat.SubtractBits(TFloat.SplatBits(0), quarter & oneBit);
        TFloat signOfSine = TFloat.ShiftLeft(TFloat.ShiftRight(quarter, 1), 31);
        TFloat signOfCosine = TFloat.ShiftLeft(TFloat.ShiftRight(TFloat.AddBits(quarter, oneBit), 1), 31);
        return (s ^ swap ^ signOfSine, c ^ swap ^ signOfCosine);
    }

    private readonly ref struct Kernel(Span<float> draws, float mean, float standardDeviation) : IFloatKernel
    {
        private readonly Span<float> _draws = draws;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat> =>
            Run<TFloat>(ref MemoryMarshal.GetReference(_draws), _draws.Length, mean, standardDeviation);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Run<TFloat>(ref float draws, nint length, float mean, float standardDeviation)
            where TFloat : struct, IFloatLane<TFloat>
        {
            for (nint block = 0; block < length; block += Block)
            {
                for (nint i = block; i < block + Half; i += TFloat.Width)
                {
                    TFloat u = TFloat.Splat(1f) - TFloat.Load(ref draws, i);
                    TFloat radius = TFloat.Sqrt(TFloat.Splat(-2f) * Log(u));
                    (TFloat sine, TFloat cosine) = SinCos(TFloat.Splat(2 * MathF.PI) * TFloat.Load(ref draws, i + Half));
                    TFloat.FusedMultiplyAdd(radius * cosine, TFloat.Splat(standardDeviation), TFloat.Splat(mean)).Store(ref draws, i);
                    TFloat.FusedMultiplyAdd(radius * sine, TFloat.Splat(standardDeviation), TFloat.Splat(mean)).Store(ref draws, i + Half);
                }
            }
        }
    }
}
