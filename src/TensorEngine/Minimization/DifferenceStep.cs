namespace TensorEngine.Minimization;

/// <summary>Typical values of variables, of which steps for differences are made.</summary>
internal static class DifferenceStep
{
    public static double[] Typical(ReadOnlySpan<double> values)
    {
        double largest = DoubleVector.LargestMagnitude(values);
        double[] typical = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
            typical[i] = values[i] != 0 ? Math.Abs(values[i]) : largest > 0 ? largest : 1;
        return typical;
    }
}
