namespace TensorEngine.Tests.Numerics;

/// <summary>The standard normal distribution in double: a series near 0, a continued fraction beyond.</summary>
public static class NormalDistribution
{
    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>The probability of values below x.</summary>
    public static double Below(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (Math.Abs(x) > 40)
            return x < 0 ? 0 : 1;
        if (Math.Abs(x) > 3)
            return x < 0 ? Tail(-x) : 1 - Tail(x);
        double term = x, sum = x;
        for (int i = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); i += 2)
            sum += term *= x * x / i;
        return 0.5 + Density(x) * sum;
    }

    private static double Tail(double x)
    {
        double fraction = x;
        for (int i = 200; i > 0; i--)
            fraction = x + i / fraction;
        return Density(x) / fraction;
    }
}
