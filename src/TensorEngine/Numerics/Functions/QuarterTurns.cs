namespace TensorEngine.Numerics.Functions;

/// <summary>
/// Reduces an angle of any size to the nearest quarter turn and a remainder, by integer arithmetic on the bits of 2 / pi.
/// Source: Payne and Hanek, Radian reduction for trigonometric functions, 1983.
/// </summary>
internal static class QuarterTurns
{
    private const double QuarterPi = 0.7853981633974483;

    // pi / 2 and what that double lacks.
    private static readonly DoubleDouble s_halfPi = new(1.5707963267948966, 6.123233995736766e-17);

    // 64 zeros, then the first 1216 binary digits of 2 / pi behind the point.
    private static ReadOnlySpan<ulong> TwoOverPi =>
    [
        0,
        0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561, 0xB7246E3A424DD2E0,
        0x06492EEA09D1921C, 0xFE1DEB1CB129A73E, 0xE88235F52EBB4484, 0xE99C7026B45F7E41, 0x3991D639835339F4,
        0x9C845F8BBDF9283B, 0x1FF897FFDE05980F, 0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D,
        0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08, 0x56033046FC7B6BAB,
    ];

    /// <summary>
    /// x = (4 k + quarter) * pi / 2 + remainder for finite x, a whole k and quarter 0 to 3, with |remainder| &lt;= pi / 4. Relative
    /// error of the
    /// remainder at most 2^-72, at the worst of all doubles too (no double is nearer than 2^-62 to a multiple of pi / 2).
    /// </summary>
    public static (int Quarter, DoubleDouble Remainder) Split(double x)
    {
        double magnitude = Math.Abs(x);
        if (magnitude <= QuarterPi)
            return (0, new(x, 0));

        // |x| = m * 2^e. Digit i of 2 / pi has the weight 2^-i: from m times the digits before i = e - 1 only whole turns come, so
        // 192 digits from there on are enough. Their product with m, mod 2^192, counts units of 2^-190 quarter turns.
        long bits = BitConverter.DoubleToInt64Bits(magnitude);
        int e = (int)(bits >> 52) - 1075;
        ulong m = (ulong)(bits & 0xF_FFFF_FFFF_FFFF) | (1UL << 52);
        int digit = e + 62;
        UInt128 product = (UInt128)m * Digits(digit + 128);
        ulong low = (ulong)product;
        product = (UInt128)m * Digits(digit + 64) + (product >> 64);
        ulong middle = (ulong)product;
        ulong high = (m * Digits(digit)) + (ulong)(product >> 64);

        // The nearest quarter, and the remainder as a signed fraction of one.
        int quarter = (int)((high + (1UL << 61)) >> 62) & 3;
        high = (high << 2) | (middle >> 62);
        middle = (middle << 2) | (low >> 62);
        low <<= 2;
        bool negative = (long)high < 0;
        if (negative)
        {
            UInt128 negated = UInt128.Zero - new UInt128(middle, low);
            high = ~high + (negated == UInt128.Zero ? 1UL : 0);
            middle = (ulong)(negated >> 64);
            low = (ulong)negated;
        }

        // Pieces of 32 bits are exact as doubles.
        const double Piece = 1.0 / (1L << 32);
        DoubleDouble fraction = new DoubleDouble(low >> 32, 0) * Piece;
        fraction = (fraction + (uint)middle) * Piece;
        fraction = (fraction + (middle >> 32)) * Piece;
        fraction = (fraction + (uint)high) * Piece;
        fraction = (fraction + (high >> 32)) * Piece;
        DoubleDouble remainder = fraction * s_halfPi;
        if (negative != x < 0)
            remainder *= -1;
        return (x < 0 ? (4 - quarter) & 3 : quarter, remainder);
    }

    /// <summary>64 digits of the table from the given one on, as an integer.</summary>
    private static ulong Digits(int first)
    {
        int word = first >> 6;
        int shift = first & 63;
        ReadOnlySpan<ulong> digits = TwoOverPi;
        return shift == 0 ? digits[word] : (digits[word] << shift) | (digits[word + 1] >> (64 - shift));
    }
}
