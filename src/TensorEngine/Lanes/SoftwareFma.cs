using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace TensorEngine.Lanes;

/// <summary>
/// A fused multiply-add of floats, left * right + addend rounded once, for processors without an instruction for it.
/// </summary>
/// <remarks>
/// The product of two floats is exact in double. Rounding its sum with the addend to double and then to float is right unless the double is
/// a tie between two floats, or the float has fewer bits than usual because it is denormal. In these cases the sum is rounded to odd first
/// (Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums", 2008): what lies between two doubles becomes the one whose last
/// bit is 1, which is never a tie between floats.
/// </remarks>
internal static class SoftwareFma
{
    // What a double's lowest bits, which a float has not, are at a tie.
    private const int BitsDropped = 0x1FFF_FFFF;
    private const int Tie = 0x1000_0000;

    // The sum's high word, from which a result may be denormal or was rounded up from there; no sum other than 0 has a high word of 0.
    private const int MagnitudeBits = 0x7FFF_FFFF;
    private const int SmallestNormal = 0x3810_0000;

    /// <summary>Gets whether the processor needs it. The compiler knows the answer, so a branch costs nothing.</summary>
    public static bool IsNeeded
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => !Fma.IsSupported && !AdvSimd.IsSupported;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend)
    {
        double product = (double)left * right;
        double sum = product + addend;
        long bits = BitConverter.DoubleToInt64Bits(sum);
        bool isTie = ((int)bits & BitsDropped) == Tie, isSmall = (uint)(((int)(bits >> 32) & MagnitudeBits) - 1) < SmallestNormal;
        return (float)(isTie | isSmall ? RoundedToOdd(product, addend) : sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend)
    {
        Vector128<double> lowProduct = Vector128.WidenLower(left) * Vector128.WidenLower(right);
        Vector128<double> highProduct = Vector128.WidenUpper(left) * Vector128.WidenUpper(right);
        Vector128<double> low = lowProduct + Vector128.WidenLower(addend), high = highProduct + Vector128.WidenUpper(addend);
        (Vector128<int> lowWords, Vector128<int> highWords) = Words(low, high);
        Vector128<int> ties = Vector128.Equals(lowWords & Vector128.Create(BitsDropped), Vector128.Create(Tie));

        // Unsigned: the smallest number added to both sides makes it a signed comparison.
        Vector128<int> small = Vector128.LessThan(
            (highWords & Vector128.Create(MagnitudeBits)) + Vector128.Create(int.MaxValue),
            Vector128.Create(int.MinValue + SmallestNormal));
        return (ties | small).ExtractMostSignificantBits() == 0
            ? Vector128.Narrow(low, high)
            : RoundedToOdd(lowProduct, highProduct, addend);
    }

    // Of two registers of doubles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<int> Low, Vector128<int> High) Words(Vector128<double> low, Vector128<double> high) =>
        Sse.IsSupported
            ? (Sse.Shuffle(low.AsSingle(), high.AsSingle(), 0b10_00_10_00).AsInt32(),
                Sse.Shuffle(low.AsSingle(), high.AsSingle(), 0b11_01_11_01).AsInt32())
            : (Vector128.Narrow(low.AsInt64(), high.AsInt64()), Vector128.Narrow(low.AsInt64() >> 32, high.AsInt64() >> 32));

    // Out of line: it is rare, and a kernel has many calls.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<float> RoundedToOdd(Vector128<double> low, Vector128<double> high, Vector128<float> addend) =>
        Vector128.Narrow(RoundedToOdd(low, Vector128.WidenLower(addend)), RoundedToOdd(high, Vector128.WidenUpper(addend)));

    // As those of two doubles below, which take eight times as long where .NET uses no vector registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double RoundedToOdd(double product, double addend)
    {
        double sum = product + addend;
        double ofAddend = sum - product;
        double error = product - (sum - ofAddend) + (addend - ofAddend);
        long inexact = Math.Abs(error) > 0 ? 1 : 0;
        long bits = BitConverter.DoubleToInt64Bits(sum);
        long away = (BitConverter.DoubleToInt64Bits(error) ^ bits) >>> 63 & inexact;
        return BitConverter.Int64BitsToDouble(bits - away | inexact);
    }

    private static Vector128<double> RoundedToOdd(Vector128<double> product, Vector128<double> addend)
    {
        Vector128<double> sum = product + addend;
        Vector128<double> ofAddend = sum - product;
        Vector128<double> error = product - (sum - ofAddend) + (addend - ofAddend);

        // The error is NaN where the sum is infinite or NaN, which stays as it is. Where the sum was rounded away from 0 the error has the
        // other sign, and the truncated sum is the double before.
        Vector128<ulong> inexact = Vector128.GreaterThan(Vector128.Abs(error), Vector128<double>.Zero).AsUInt64() >>> 63;
        Vector128<ulong> away = ((error.AsUInt64() ^ sum.AsUInt64()) >>> 63) & inexact;
        return ((sum.AsUInt64() - away) | inexact).AsDouble();
    }
}
