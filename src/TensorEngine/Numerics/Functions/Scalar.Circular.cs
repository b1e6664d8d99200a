namespace TensorEngine.Numerics.Functions;

/// <content>Sine and cosine.</content>
public static partial class Scalar
{
    private static readonly DoubleDouble s_sixth = DoubleDouble.Reciprocal(-6);
    private static readonly DoubleDouble s_twentyFourth = DoubleDouble.Reciprocal(24);
    private static readonly DoubleDouble s_hundredTwentieth = DoubleDouble.Reciprocal(120);

    // Inverse factorials with alternating signs: from 1 / 21! to -1 / 7!, and from 1 / 20! to -1 / 6!.
    private static readonly double[] s_sineTail =
    [
        1.0 / 51090942171709440000.0, -1.0 / 121645100408832000, 1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800,
        -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040,
    ];

    private static readonly double[] s_cosineTail =
    [
        1.0 / 2432902008176640000, -1.0 / 6402373705728000, 1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600,
        -1.0 / 3628800, 1.0 / 40320, -1.0 / 720,
    ];

    /// <summary>Returns the sine of x radians, for all doubles: NaN for infinities and NaN. Error at most 0.501 ULP.</summary>
    /// <param name="x">Radians.</param>
    public static double Sin(double x)
    {
        const double Straight = 1.0 / (1 << 27);
        if (!double.IsFinite(x))
            return double.NaN;
        if (Math.Abs(x) < Straight)
            return x;
        (int quarter, DoubleDouble remainder) = QuarterTurns.Split(x);
        double result = (quarter & 1) == 0 ? SineOf(remainder) : CosineOf(remainder);
        return (quarter & 2) == 0 ? result : -result;
    }

    /// <summary>Returns the cosine of x radians, for all doubles: NaN for infinities and NaN. Error at most 0.501 ULP.</summary>
    /// <param name="x">Radians.</param>
    public static double Cos(double x)
    {
        if (!double.IsFinite(x))
            return double.NaN;
        (int quarter, DoubleDouble remainder) = QuarterTurns.Split(x);
        double result = (quarter & 1) == 0 ? CosineOf(remainder) : SineOf(remainder);
        return ((quarter + 1) & 2) == 0 ? result : -result;
    }

    // Taylor series in z = r^2 <= 0.617; what is left out is below 2^-70, and the terms from z^3 on are small enough for double.
    private static double SineOf(DoubleDouble r)
    {
        DoubleDouble z = r * r;
        double tail = Horner(z.High, s_sineTail);
        DoubleDouble series = (z * ((z * ((z * tail) + s_hundredTwentieth)) + s_sixth)) + 1;
        return (r * series).High;
    }

    private static double CosineOf(DoubleDouble r)
    {
        DoubleDouble z = r * r;
        double tail = Horner(z.High, s_cosineTail);
        return ((z * ((z * ((z * tail) + s_twentyFourth)) + -0.5)) + 1).High;
    }
}
