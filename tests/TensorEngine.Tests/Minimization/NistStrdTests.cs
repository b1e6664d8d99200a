using NUnit.Framework;
using TensorEngine.Minimization;

namespace TensorEngine.Tests.Minimization;

/// <summary>NIST's certified parameters from both starts to six digits, their standard deviations, and the sums of squares.</summary>
public sealed class NistStrdTests
{
    [TestCaseSource(typeof(NistStrd), nameof(NistStrd.All))]
    public void CertifiedValuesAreFound(NistSet set)
    {
        foreach (double[] start in set.Starts)
        {
            foreach (Jacobian? jacobian in new Jacobian?[] { null, Jacobian(set) })
            {
                LeastSquaresResult result = LeastSquares.Minimize(Residuals, set.Y.Length, start, jacobian);
                double digits = Digits(result.Point, set.Certified);
                TestContext.Out.WriteLine($"{set}: {digits:F1} digits after {result.Iterations} iterations, {result.Reason}");
                Assert.That(result.Converged, $"{result}");
                Assert.That(digits, Is.GreaterThanOrEqualTo(6), $"{result}");
                // Lanczos1 is exact but for the last digits of its data, and so are its residuals but for those of doubles.
                if (set.SumOfSquares < 1e-20)
                    continue;
                Assert.That(Digits([result.SumOfSquares], [set.SumOfSquares]), Is.GreaterThanOrEqualTo(9));
                Assert.That(Digits(result.StandardErrors(), set.Deviations), Is.GreaterThanOrEqualTo(jacobian is null ? 3.9 : 5));
            }
        }

        void Residuals(ReadOnlySpan<double> point, Span<double> residuals)
        {
            for (int i = 0; i < residuals.Length; i++)
                residuals[i] = set.Y[i] - set.Model(set.X[i], point);
        }
    }

    /// <summary>Derivatives to about 14 digits: differences of sixth order, at steps that hurt rounding little.</summary>
    private static Jacobian Jacobian(NistSet set) => (point, jacobian) =>
    {
        double[] moved = point.ToArray();
        for (int j = 0; j < moved.Length; j++)
        {
            double step = Math.Abs(point[j]) / 512;
            for (int i = 0; i < set.Y.Length; i++)
                jacobian[i * moved.Length + j] = -(45 * Difference(i, 1) - 9 * Difference(i, 2) + Difference(i, 3)) / (60 * step);
            moved[j] = point[j];

            double Difference(int place, int times)
            {
                moved[j] += times * step;
                double above = set.Model(set.X[place], moved);
                moved[j] -= 2 * times * step;
                double below = set.Model(set.X[place], moved);
                moved[j] += times * step;
                return above - below;
            }
        }
    };

    private static double Digits(double[] found, double[] expected) =>
        found.Zip(expected).Min(pair => -Math.Log10(Math.Abs(pair.First - pair.Second) / Math.Abs(pair.Second) + 1e-16));
}
