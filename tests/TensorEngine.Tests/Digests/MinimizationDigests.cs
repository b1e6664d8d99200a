using TensorEngine.Minimization;

namespace TensorEngine.Tests.Digests;

/// <summary>
/// Minimizers of doubles, from good starts and bad ones, with each way to have derivatives and with bounds: the course and the result.
/// Functions use + - * / alone, whose bits are the same everywhere.
/// </summary>
public static class MinimizationDigests
{
    private static readonly double[] s_x = [.. Enumerable.Range(0, 30).Select(i => 0.2 * i)];
    private static readonly double[] s_y = [.. s_x.Select((x, i) => (2 + 3 * x) / (1 - 0.4 * x + 0.3 * x * x) + 0.05 * (i * 7 % 11 - 5))];
    private static readonly double[][] s_starts = [[1, 1, 0, 1], [20, -5, 0.3, 4], [-3, 0.1, 1, 0.2], [1e3, 1e-3, 0, 0]];

    public static IEnumerable<DigestCase> Cases =>
    [
        OfValley("bounds", historySize: 10),
        OfValley("bounds, short history", historySize: 2),
        DigestCase.Of("minimize, Minimizer: no gradient", WithoutGradient),
        OfFit("Jacobian", Gradient, new()),
        OfFit("differences", null, new() { MaximumEvaluations = 40 }),
        OfFit("bounds", Gradient, new() { Bounds = new([0, 0, -0.3, 0.01], [30, 2.5, 1, 5]) }),
        OfFit("weights", null, new() { Weights = s_x, WeightsAreInverseVariances = true }),
        DigestCase.Of("minimize, GradientCheck", Check),
    ];

    private static DigestCase OfValley(string name, int historySize) => DigestCase.Of($"minimize, Minimizer: {name}", digest =>
    {
        var bounds = new Bounds([-2, -2, 0.3, double.NegativeInfinity, 0.5, -1], [0.9, 2, 0.7, 0.3, 0.5, 9]);
        foreach (double[] start in new double[][] { [-1.2, 1, 0.5, -0.25, 2, 3], [9, -9, 9, -9, 9, -9] })
        {
            MinimizerOptions options = new() { Bounds = bounds, HistorySize = historySize };
            Add(digest, Minimizer.Minimize(OptimizerDigests.Valley, start, options, (iteration, point) => Add(digest, iteration, point)));
        }
    });

    private static void WithoutGradient(Digest digest) => Add(
        digest,
        Minimizer.Minimize(
            x => OptimizerDigests.Valley(x, new double[x.Length]),
            [-1.2, 1, 0],
            new() { Bounds = new([-2, -2, 0], [2, 2, 0.5]) },
            (iteration, point) => Add(digest, iteration, point)));

    private static DigestCase OfFit(string name, CurveGradient? gradient, LeastSquaresOptions options) =>
        DigestCase.Of($"minimize, CurveFit: {name}", digest =>
        {
            foreach (double[] start in s_starts)
            {
                LeastSquaresResult result = CurveFit.Fit(Curve, s_x, s_y, start, gradient, options, (iteration, point) =>
                {
                    digest.Add(point);
                    digest.Add([iteration.SumOfSquares, iteration.GradientCosine]);
                });
                digest.Add(result.Point);
                digest.Add(result.SumOfSquares);
                foreach (double element in result.Covariance)
                    digest.Add(element);
                digest.Add([result.Iterations, result.Evaluations, result.JacobianEvaluations, (long)result.Reason]);
            }
        });

    private static void Check(Digest digest)
    {
        foreach (double[] point in s_starts)
        {
            GradientCheckResult result = GradientCheck.Run(OptimizerDigests.Valley, point);
            digest.Add([result.Given, result.Expected, result.Uncertainty, result.RelativeError]);
            digest.Add(result.Worst);
        }
    }

    private static double Curve(double x, ReadOnlySpan<double> b) => (b[0] + b[1] * x) / (1 + b[2] * x + b[3] * x * x);

    private static void Gradient(double x, ReadOnlySpan<double> b, Span<double> gradient)
    {
        double below = 1 + b[2] * x + b[3] * x * x, height = (b[0] + b[1] * x) / below;
        (gradient[0], gradient[1], gradient[2], gradient[3]) = (1 / below, x / below, -height * x / below, -height * x * x / below);
    }

    private static void Add(Digest digest, MinimizerIteration iteration, ReadOnlySpan<double> point)
    {
        digest.Add(point);
        digest.Add([iteration.Value, iteration.GradientNorm, iteration.StepLength]);
    }

    private static void Add(Digest digest, MinimizerResult result)
    {
        digest.Add(result.Point);
        digest.Add([result.Value, result.GradientNorm]);
        digest.Add([result.Iterations, result.Evaluations, (long)result.Reason]);
    }
}
