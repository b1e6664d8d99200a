using System.Numerics;

namespace TensorEngine.Tests.Minimization;

/// <summary>A function of Moré, Garbow and Hillstrom: a sum of squares.</summary>
/// <param name="Name">Its name in the paper.</param>
/// <param name="Residuals">Its residuals, of complex numbers, so that steps along the imaginary axis give exact derivatives.</param>
/// <param name="Start">The paper's start.</param>
/// <param name="Minimum">The least sum of squares.</param>
/// <param name="LocalMinimum">Another minimum that the paper names, or that a method may end at from the start.</param>
public sealed record SumOfSquares(
    string Name, Func<Complex[], Complex[]> Residuals, double[] Start, double Minimum, double? LocalMinimum = null)
{
    private const double Tiny = 1e-100;

    public int Count { get; } = Residuals([.. Start.Select(x => new Complex(x, 0))]).Length;

    public void Evaluate(ReadOnlySpan<double> point, Span<double> residuals)
    {
        Complex[] values = Residuals(Complexes(point));
        for (int i = 0; i < values.Length; i++)
            residuals[i] = values[i].Real;
    }

    public void Differentiate(ReadOnlySpan<double> point, Span<double> jacobian)
    {
        for (int j = 0; j < point.Length; j++)
        {
            Complex[] x = Complexes(point);
            x[j] += new Complex(0, Tiny);
            Complex[] values = Residuals(x);
            for (int i = 0; i < values.Length; i++)
                jacobian[i * point.Length + j] = values[i].Imaginary / Tiny;
        }
    }

    public double Value(ReadOnlySpan<double> point, Span<double> gradient)
    {
        double[] residuals = new double[Count], jacobian = new double[Count * point.Length];
        Evaluate(point, residuals);
        Differentiate(point, jacobian);
        for (int j = 0; j < point.Length; j++)
        {
            for (int i = 0; i < Count; i++)
                gradient[j] += 2 * jacobian[i * point.Length + j] * residuals[i];
        }

        return residuals.Sum(r => r * r);
    }

    public override string ToString() => $"{Name} ({Start.Length})";

    private static Complex[] Complexes(ReadOnlySpan<double> point) => [.. point.ToArray().Select(x => new Complex(x, 0))];
}
