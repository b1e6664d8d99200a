using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Minimization;

namespace TensorEngine.Tests.Minimization;

/// <summary>
/// A curve with four parameters from 200 random starts: the logistic curve of doses and responses,
/// d + (a - d) / (1 + (x / c)^b), over 40 doses from 1 to 500 with noise.
/// </summary>
public sealed class RandomStartsTests
{
    private static readonly double[] s_truth = [0.2, 1.8, 30, 5];
    private static readonly double[] s_least = [-1, 0.2, 3, 1];
    private static readonly double[] s_most = [2, 6, 300, 10];

    [Test]
    public void NearlyAllStartsLeadToTheMinimum([Values] bool numerically, [Values] bool bounded)
    {
        var generator = new Philox(seed: 12);
        float[] numbers = new float[1000];
        generator.Uniform(numbers);
        double[] x = [.. Enumerable.Range(0, 40).Select(i => Math.Pow(500, i / 39.0))];
        double[] noise = [.. x.Select((_, i) => 0.04 * (numbers[800 + i] + numbers[840 + i] + numbers[880 + i] - 1.5))];
        double[] y = [.. x.Select((dose, i) => Logistic(dose, s_truth) + noise[i])];
        LeastSquaresOptions options = new() { Bounds = bounded ? new([-10, 0.01, 0.1, -10], [20, 50, 1e5, 50]) : null };
        var results = new LeastSquaresResult[200];
        for (int trial = 0; trial < results.Length; trial++)
        {
            double[] start = [.. s_least.Select((least, j) => least + (s_most[j] - least) * numbers[4 * trial + j])];
            results[trial] = CurveFit.Fit(Logistic, x, y, start, numerically ? null : Gradient, options);
        }

        double lowest = results.Min(result => result.SumOfSquares);
        int right = results.Count(result => result.SumOfSquares <= lowest * (1 + 1e-8) && result.Converged);
        TestContext.Out.WriteLine($"{right} of 200 right, {results.Average(result => (double)result.Evaluations):F1} evaluations each");
        Assert.That(right, Is.GreaterThanOrEqualTo(195));
    }

    private static double Logistic(double x, ReadOnlySpan<double> p) => p[3] + (p[0] - p[3]) / (1 + Math.Pow(x / p[2], p[1]));

    private static void Gradient(double x, ReadOnlySpan<double> p, Span<double> gradient)
    {
        double power = Math.Pow(x / p[2], p[1]), share = 1 / (1 + power), change = -(p[0] - p[3]) * share * share * power;
        gradient[0] = share;
        gradient[1] = change * Math.Log(x / p[2]);
        gradient[2] = change * -p[1] / p[2];
        gradient[3] = 1 - share;
    }
}
