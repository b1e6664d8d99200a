namespace TensorEngine.Numerics.Functions;

/// <summary>
/// Functions of doubles with the same bits everywhere, which System.Math does not guarantee: they use only operations that IEEE 754 rounds
/// exactly. The critical parts use pairs of doubles, so that all but a few percent of the results are the nearest double, and exact results
/// are exact. Special values are as in C99, annex F.
/// </summary>
public static partial class Scalar
{
    /// <summary>
    /// Raises value to an integer power by repeated squaring, in at most 63 steps. It is fast, and exact if all products are exact.
    /// Each product is rounded, so the relative error grows with the exponent; <see cref="Power(double, double)"/> stays within 0.53 ULP.
    /// </summary>
    /// <param name="value">Any double; NaN gives NaN, except for exponent 0, which gives 1.</param>
    /// <param name="exponent">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exponent"/> is negative.</exception>
    public static double IntegerPower(double value, long exponent)
    {
        Require.AtLeast(0, exponent, nameof(exponent));
        double result = 1;
        ulong one = BitConverter.DoubleToUInt64Bits(1);
        for (; exponent > 0; exponent >>= 1)
        {
            // By bits: a branch on each bit of the exponent would be guessed wrong half of the time.
            ulong mask = (ulong)-(exponent & 1);
            result *= BitConverter.UInt64BitsToDouble((BitConverter.DoubleToUInt64Bits(value) & mask) | (one & ~mask));
            value *= value;
        }

        return result;
    }

    /// <summary>Computes the powers of two values, each as in <see cref="IntegerPower"/>, together in about the time of one.</summary>
    /// <param name="first">Any double.</param>
    /// <param name="second">Any double.</param>
    /// <param name="exponent">At least 0.</param>
    internal static (double First, double Second) IntegerPowers(double first, double second, long exponent)
    {
        Require.AtLeast(0, exponent, nameof(exponent));
        double firstResult = 1, secondResult = 1;
        ulong one = BitConverter.DoubleToUInt64Bits(1);
        for (; exponent > 0; exponent >>= 1)
        {
            ulong mask = (ulong)-(exponent & 1), otherwise = one & ~mask;
            firstResult *= BitConverter.UInt64BitsToDouble((BitConverter.DoubleToUInt64Bits(first) & mask) | otherwise);
            secondResult *= BitConverter.UInt64BitsToDouble((BitConverter.DoubleToUInt64Bits(second) & mask) | otherwise);
            first *= first;
            second *= second;
        }

        return (firstResult, secondResult);
    }

    // A whole exponent would be widened without a word, and give other bits.
    [Obsolete("Say which is meant: IntegerPower by squaring, or Power of a double.", error: true)]
    internal static double Power(double value, long exponent) => throw new NotSupportedException($"{value} to the power of {exponent}.");

    /// <summary>
    /// Raises value to the power exponent, for all doubles. Error at most 0.53 ULP, 0.8 where the result is denormal. NaN for a negative
    /// value and a finite exponent that is not whole; 1 for exponent 0 and for value 1, even beside NaN.
    /// </summary>
    /// <param name="value">The base.</param>
    /// <param name="exponent">Any double.</param>
    public static double Power(double value, double exponent)
    {
        if (exponent == 0 || value == 1)
            return 1;
        if (double.IsNaN(value) || double.IsNaN(exponent))
            return double.NaN;
        double magnitude = Math.Abs(value);
        if (double.IsInfinity(exponent))
            return magnitude == 1 ? 1 : (magnitude > 1) == (exponent > 0) ? double.PositiveInfinity : 0;
        double sign = double.IsNegative(value) && double.IsOddInteger(exponent) ? -1 : 1;
        if (magnitude == 0 || double.IsInfinity(magnitude))
            return (magnitude == 0) == (exponent > 0) ? sign * 0 : sign * double.PositiveInfinity;
        if (value < 0 && !double.IsInteger(exponent))
            return double.NaN;

        DoubleDouble logarithm = LogarithmOf(magnitude);
        double estimate = logarithm.High * exponent;
        if (estimate > LargestExponent)
            return sign * double.PositiveInfinity;
        return estimate < SmallestExponent ? sign * 0 : sign * ExponentialOf(logarithm * exponent);
    }

    // The polynomial with these coefficients, the highest power's first.
    private static double Horner(double x, double[] coefficients)
    {
        double sum = coefficients[0];
        for (int i = 1; i < coefficients.Length; i++)
            sum = Math.FusedMultiplyAdd(sum, x, coefficients[i]);
        return sum;
    }
}
