namespace TensorEngine.Generators;

/// <summary>
/// The natural logarithm as the GNU C library computes it since its version 2.28, bit for bit, on x86-64 processors with fused
/// multiply-add: NumPy's normal draws contain it. It is not always the nearest double, so no other logarithm gives the same draws.
/// </summary>
/// <remarks>
/// Source: Arm, Optimized Routines, log.c and log_data.c (copyright 2018 Arm Limited, MIT licence), which the C library contains. The
/// constants and the order of the operations are theirs; the compiler fuses each product with the following sum.
/// </remarks>
internal static partial class GnuLogarithm
{
    private const long BitsOfFirst = 0x3FE6_0000_0000_0000; // 0.6875, where the table begins
    private const int ExponentShift = 52;
    private const int PartShift = 45; // the upper 7 bits of the fraction are the part
    private const int Parts = 128;

    // ln 2 as the sum of a number of 42 bits, whose products with exponents are exact, and the rest.
    private const double Ln2High = 0.6931471805598903;
    private const double Ln2Low = 5.497923018708371e-14;

    /// <summary>Returns ln x for normal x up to 1.</summary>
    public static double Of(double x) => x < 1 - 1.0 / 16 ? OfDistant(x) : OfNear(x - 1);

    private static double OfDistant(double x)
    {
        // x = 2^e z with z in part i: ln x = e ln 2 + ln c + ln(1 + r) with r = z / c - 1, |r| < 1 / 256.
        long offset = BitConverter.DoubleToInt64Bits(x) - BitsOfFirst;
        long e = offset >> ExponentShift;
        int part = (int)(offset >> PartShift) & (Parts - 1);
        double z = BitConverter.Int64BitsToDouble(offset - (e << ExponentShift) + BitsOfFirst);
        double r = Math.FusedMultiplyAdd(z, Table[2 * part], -1);

        double whole = Math.FusedMultiplyAdd(e, Ln2High, Table[2 * part + 1]);
        double high = whole + r;
        double low = Math.FusedMultiplyAdd(e, Ln2Low, whole - high + r);

        // ln(1 + r) - r.
        double square = r * r;
        double cubic = Math.FusedMultiplyAdd(
            Math.FusedMultiplyAdd(r, -0.16667054827627667, 0.20000304511814496),
            square,
            Math.FusedMultiplyAdd(r, -0.2499999999622955, 0.33333333331825593));
        low = Math.FusedMultiplyAdd(square, -0.5000000000000001, low);
        return Math.FusedMultiplyAdd(r * square, cubic, low) + high;
    }

    // ln(1 + r) for r from -1/16 to 0.
    private static double OfNear(double r)
    {
        double square = r * r, cube = r * square;
        double first = Math.FusedMultiplyAdd(r, -0.24999999999998432, 0.3333333333333352);
        double second = Math.FusedMultiplyAdd(r, 0.14285715076560868, -0.16666666669929706);
        double third = Math.FusedMultiplyAdd(r, -0.10000486757818193, 0.11110712032936046);
        first = Math.FusedMultiplyAdd(square, 0.19999999999320328, first);
        second = Math.FusedMultiplyAdd(square, -0.12499997863982555, second);
        third = Math.FusedMultiplyAdd(square, 0.09181994006195467, third);
        third = Math.FusedMultiplyAdd(cube, -0.08328363062289341, third);
        double series = Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(third, cube, second), cube, first);

        // r - r^2 / 2 in two parts: the upper 26 bits of r have an exact square.
        const double Splitter = 1 << 27;
        double upper = Math.FusedMultiplyAdd(-Splitter, r, Math.FusedMultiplyAdd(r, Splitter, r));
        double high = Math.FusedMultiplyAdd(upper * upper, -0.5, r);
        double low = Math.FusedMultiplyAdd(upper * upper, -0.5, r - high);
        low = Math.FusedMultiplyAdd(-0.5 * (r - upper), r + upper, low);
        return high + Math.FusedMultiplyAdd(series, cube, low);
    }
}
