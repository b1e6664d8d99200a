namespace TensorEngine.Tests.Oracles;

/// <summary>The standard normal distribution in double, accurate in both tails.</summary>
public static class NormalDistribution
{
    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>The probability above x, with its relative error far below 1e-10, also where it is tiny.</summary>
    public static double Above(double x)
    {
        if (double.IsInfinity(x))
            return x > 0 ? 0 : 1;
        if (x < 0)
            return 1 - Above(-x);
        if (x > 3)
        {
            // Laplace's continued fraction.
            double fraction = 0;
            for (int k = 80; k > 0; k--)
                fraction = k / (x + fraction);
            return Density(x) / (x + fraction);
        }

        // The density times x + x^3 / 3 + x^5 / (3 * 5) + ...
        double term = x, sum = x;
        for (int k = 3; term > 1e-18; k += 2)
        {
            term *= x * x / k;
            sum += term;
        }

        return 0.5 - Density(x) * sum;
    }

    public static double Below(double x) => Above(-x);

    /// <summary>The probability between, without cancellation where both are in one tail.</summary>
    public static double Between(double low, double high) =>
        low > 0 ? Above(low) - Above(high) : Below(high) - Below(low);
}
