namespace TensorEngine.Benchmarks.Tool.Statistics;

/// <summary>The upper tail of the standard normal distribution.</summary>
internal static class NormalTail
{
    private const double SeriesEnd = 4;
    private const int FractionTerms = 60;

    /// <summary>
    /// The probability of a number above <paramref name="deviations"/>, with a relative error below 1e-10: by Marsaglia's series of the
    /// distribution ("Evaluating the normal distribution", 2004), and beyond 4 deviations by Laplace's continued fraction.
    /// </summary>
    public static double Beyond(double deviations)
    {
        if (deviations < 0)
            return 1 - Beyond(-deviations);
        double density = Math.Exp(-deviations * deviations / 2) / Math.Sqrt(2 * Math.PI);
        if (deviations > SeriesEnd)
        {
            double fraction = deviations;
            for (int term = FractionTerms; term > 0; term--)
                fraction = deviations + term / fraction;
            return density / fraction;
        }

        double sum = deviations, power = deviations;
        for (int odd = 3; power > 1e-18 * sum; odd += 2)
        {
            power *= deviations * deviations / odd;
            sum += power;
        }

        return 0.5 - density * sum;
    }
}
