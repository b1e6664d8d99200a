using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Functions;

/// <content>The hyperbolic tangent.</content>
public static partial class Elementary
{
    /// <summary>The hyperbolic tangent of every float; NaN for NaN. Error at most 1.34 ULP.</summary>
    /// <param name="x">Any floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Tanh<TFloat>(TFloat x)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat sign = x & TFloat.SplatBits(0x8000_0000);
        // Beyond 10 the result is 1.
        TFloat a = TFloat.Min(TFloat.Abs(x), TFloat.Splat(10f));

        // Near 0: a + a^3 * polynomial(a^2).
        TFloat z = a * a;
        TFloat q = TFloat.Splat(2.2927448e-3f);
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(-8.3439453e-3f));
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(0.021768918f));
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(-0.053959258f));
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(0.13333304f));
        q = TFloat.FusedMultiplyAdd(q, z, TFloat.Splat(-0.33333334f));
        TFloat small = TFloat.FusedMultiplyAdd(z * a, q, a);

        TFloat one = TFloat.Splat(1f);
        TFloat large = one - TFloat.Splat(2f) / (Exp(a + a) + one);
        return TFloat.SelectLess(a, TFloat.Splat(0.625f), small, large) ^ sign;
    }
}
