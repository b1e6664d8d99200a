namespace TensorEngine.Numerics.Functions;

/// <content>Exponential and logarithms.</content>
public static partial class Scalar
{
    // Beyond these e^x is infinity, or rounds to 0: ln of the largest double is 709.8, of half the smallest -745.2.
    private const double LargestExponent = 710;
    private const double SmallestExponent = -746;

    // ln 2 as the sum of a number of 42 bits, whose products with exponents are exact, and the rest.
    private const double Ln2High = 0.6931471805598903;
    private const double Ln2Low = 5.497923018708371e-14;

    private const long BitsOfRootOfHalf = 0x3FE6_A09E_667F_3BCD;
    private const double SmallestNormal = 2.2250738585072014e-308;

    // Adding 1.5 * 2^52 rounds to an integer, which then stands in the low bits.
    private const double Rounder = 6755399441055744;

    private static readonly DoubleDouble s_third = DoubleDouble.Reciprocal(3);
    private static readonly DoubleDouble s_fifth = DoubleDouble.Reciprocal(5);

    /// <summary>
    /// e^x for all doubles: 0 below -746, infinity above 709.79, NaN for NaN. Error at most 0.53 ULP, 0.8 where the result is denormal.
    /// </summary>
    /// <param name="x">Any double.</param>
    public static double Exp(double x)
    {
        if (x > LargestExponent)
            return double.PositiveInfinity;
        if (x < SmallestExponent)
            return 0;
        return double.IsNaN(x) ? double.NaN : ExponentialOf(new(x, 0));
    }

    /// <summary>
    /// The natural logarithm of all doubles: NaN below 0, -infinity at 0, denormals included. Error at most 0.501 ULP.
    /// </summary>
    /// <param name="x">Any double.</param>
    public static double Log(double x)
    {
        if (!(x > 0))
            return x == 0 ? double.NegativeInfinity : double.NaN;
        return double.IsInfinity(x) ? x : LogarithmOf(x).High;
    }

    /// <summary>
    /// The natural logarithm of 1 + x, exact also near 0: NaN below -1, -infinity at -1. Error at most 0.501 ULP.
    /// </summary>
    /// <param name="x">Any double.</param>
    public static double Log1p(double x)
    {
        const double Negligible = 1.0 / (1L << 54);
        if (!(x > -1))
            return x == -1 ? double.NegativeInfinity : double.NaN;
        if (double.IsInfinity(x) || Math.Abs(x) < Negligible)
            return x;
        return LogarithmOfNormal(DoubleDouble.Sum(1, x), 0).High;
    }

    /// <summary>e^x for x from -746 to 710.</summary>
    private static double ExponentialOf(DoubleDouble x)
    {
        // x = n ln 2 + r with |r| <= ln 2 / 2; the first subtraction is exact.
        const double Log2OfE = 1.4426950408889634;
        double shifted = Math.FusedMultiplyAdd(x.High, Log2OfE, Rounder);
        double n = shifted - Rounder;
        DoubleDouble r = DoubleDouble.Sum(Math.FusedMultiplyAdd(n, -Ln2High, x.High), x.Low) + DoubleDouble.Product(n, -Ln2Low);

        // (e^r - 1 - r - r^2 / 2) / r^3 by its Taylor series; what is left out is below 2^-64.
        double q = 1.0 / 87178291200;
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 6227020800);
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 479001600);
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 39916800);
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 3628800);
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 362880);
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 40320);
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 5040);
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 720);
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 120);
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 24);
        q = Math.FusedMultiplyAdd(q, r.High, 1.0 / 6);

        // 1 + r + r^2 / 2 with the errors of both sums, which join the small terms.
        DoubleDouble square = DoubleDouble.Product(r.High, r.High);
        DoubleDouble linear = DoubleDouble.SumOrdered(1, r.High);
        DoubleDouble quadratic = DoubleDouble.SumOrdered(linear.High, 0.5 * square.High);
        double small = Math.FusedMultiplyAdd(r.Low, r.High, r.Low) + 0.5 * square.Low + (linear.Low + quadratic.Low);
        double y = quadratic.High + Math.FusedMultiplyAdd(square.High * r.High, q, small);

        // 2^n in two factors: one alone would overflow at both ends of the range.
        long exponent = BitConverter.DoubleToInt64Bits(shifted) - BitConverter.DoubleToInt64Bits(Rounder);
        long half = exponent >> 1;
        return y * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    /// <summary>ln x for finite x above 0, with a relative error of at most 2^-68.</summary>
    private static DoubleDouble LogarithmOf(double x) =>
        x < SmallestNormal
            ? LogarithmOfNormal(new(x * (1L << 54), 0), -54)
            : LogarithmOfNormal(new(x, 0), 0);

    /// <summary>ln x + exponent * ln 2, for finite and normal x above 0.</summary>
    private static DoubleDouble LogarithmOfNormal(DoubleDouble x, long exponent)
    {
        // x = 2^e * (1 + f) with 1 + f between sqrt(1/2), whose bits are subtracted, and sqrt(2). Where e is so large that 2^-e
        // is denormal, the low part is 0 or far too small to matter.
        long bits = BitConverter.DoubleToInt64Bits(x.High);
        long e = (bits - BitsOfRootOfHalf) >> 52;
        double high = BitConverter.Int64BitsToDouble(bits - (e << 52));
        double low = e < 1023 ? x.Low * PowerOfTwo(-e) : 0;
        DoubleDouble f = DoubleDouble.Sum(high - 1, low);

        // ln(1 + f) = 2 artanh(s) = 2 s (1 + z / 3 + z^2 / 5 + ...) with s = f / (2 + f), z = s^2 <= 0.0295. What is left out is
        // below 2^-78; the terms from z^3 on are small enough for double.
        DoubleDouble s = f / (f + 2);
        DoubleDouble z = s * s;
        double tail = 1.0 / 29;
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 27);
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 25);
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 23);
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 21);
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 19);
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 17);
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 15);
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 13);
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 11);
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 9);
        tail = Math.FusedMultiplyAdd(tail, z.High, 1.0 / 7);
        DoubleDouble series = (z * ((z * ((z * tail) + s_fifth)) + s_third)) + 1;

        double n = e + exponent;
        return (DoubleDouble.Product(n, Ln2Low) + (n * Ln2High)) + (s * series * 2);
    }

    private static double PowerOfTwo(long exponent) => BitConverter.Int64BitsToDouble((exponent + 1023) << 52);
}
