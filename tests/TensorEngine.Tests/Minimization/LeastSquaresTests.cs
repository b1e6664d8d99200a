using NUnit.Framework;
using TensorEngine.Minimization;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Minimization;

/// <summary>LeastSquares: units, weights, bounds, covariance, the best point, progress, bits, memory, refusals.</summary>
public sealed class LeastSquaresTests
{
    internal static double[] X { get; } = [.. Enumerable.Range(0, 20).Select(i => 0.25 * i)];

    internal static double[] Y { get; } = [.. X.Select((x, i) => 3 * Math.Exp(-0.7 * x) + 0.5 + 0.01 * (i * 7 % 5 - 2))];

    [TestCase(1e-200, 1)]
    [TestCase(1e150, 1)]
    [TestCase(1, 1e-100)]
    [TestCase(1, 1e12)]
    public void UnitsDoNotMatter(double factor, double unit)
    {
        LeastSquaresResult plain = Run(1, 1), scaled = Run(factor, unit);
        Assert.That(scaled.Converged);
        Assert.That(scaled.Iterations, Is.EqualTo(plain.Iterations).Within(2));
        Assert.That(scaled.Point.Select(x => x / unit), Is.EqualTo(plain.Point).Within(1e-7));
        Assert.That(scaled.StandardErrors().Select(e => e / unit), Is.EqualTo(plain.StandardErrors()).Within(1e-7));

        LeastSquaresResult Run(double height, double one) => LeastSquares.Minimize(
            (point, residuals) =>
            {
                for (int i = 0; i < X.Length; i++)
                    residuals[i] = height * (Y[i] - point[0] / one * Math.Exp(-point[1] / one * X[i]) - point[2] / one);
            },
            X.Length,
            [one, one, one]);
    }

    [Test]
    public void ALineHasTheCovarianceOfTheFormula()
    {
        double[] x = [0, 1, 2, 3, 4, 5], y = [1.1, 2.9, 5.2, 6.8, 9.1, 10.9], weights = [1, 2, 1, 4, 1, 0.5];
        double sw = weights.Sum(), sx = Sum(i => weights[i] * x[i]), sxx = Sum(i => weights[i] * x[i] * x[i]);
        double sy = Sum(i => weights[i] * y[i]), sxy = Sum(i => weights[i] * x[i] * y[i]), determinant = sw * sxx - sx * sx;
        double slope = (sw * sxy - sx * sy) / determinant, offset = (sxx * sy - sx * sxy) / determinant;
        double sum = Sum(i => weights[i] * (y[i] - offset - slope * x[i]) * (y[i] - offset - slope * x[i]));
        foreach (bool absolute in new[] { false, true })
        {
            LeastSquaresOptions options = new() { Weights = weights, WeightsAreInverseVariances = absolute };
            LeastSquaresResult result = CurveFit.Fit((place, b) => b[0] + b[1] * place, x, y, [0, 0], options: options);
            double variance = absolute ? 1 : sum / 4;
            Assert.That(result.Point, Is.EqualTo(new[] { offset, slope }).Within(1e-9));
            Assert.That(result.SumOfSquares, Is.EqualTo(sum).Within(1e-12));
            Assert.That(result.Covariance[0, 0], Is.EqualTo(variance * sxx / determinant).Within(1e-9));
            Assert.That(result.Covariance[1, 1], Is.EqualTo(variance * sw / determinant).Within(1e-9));
            Assert.That(result.Covariance[0, 1], Is.EqualTo(-variance * sx / determinant).Within(1e-9));
            Assert.That(result.Covariance[1, 0], Is.EqualTo(result.Covariance[0, 1]));
            Assert.That(result.StandardErrors()[1], Is.EqualTo(Math.Sqrt(result.Covariance[1, 1])));
        }

        double Sum(Func<int, double> term) => Enumerable.Range(0, x.Length).Sum(term);
    }

    [Test]
    public void AWeightOf0LeavesAnObservationOut()
    {
        double[] y = [.. Y], weights = [.. Y.Select(_ => 1.0)];
        (y[3], weights[3]) = (1000, 0);
        LeastSquaresResult with = CurveFit.Fit(Decay, X, y, [1, 1, 1], options: new() { Weights = weights });
        double[] x = [.. X.Where((_, i) => i != 3)], rest = [.. Y.Where((_, i) => i != 3)];
        Assert.That(with.Point, Is.EqualTo(CurveFit.Fit(Decay, x, rest, [1, 1, 1]).Point).Within(1e-7));
    }

    [Test]
    public void BoundsHoldAndBoundVariablesHaveNoError()
    {
        var bounds = new Bounds([0, 0.9, double.NegativeInfinity], [10, 5, double.PositiveInfinity]);
        LeastSquaresResult result = LeastSquares.Minimize(
            (point, residuals) =>
            {
                Assert.That(point[1], Is.InRange(0.9, 5));
                for (int i = 0; i < X.Length; i++)
                    residuals[i] = Y[i] - Decay(X[i], point);
            },
            X.Length,
            [1, 0, 1],
            options: new() { Bounds = bounds });
        LeastSquaresResult held = CurveFit.Fit((x, b) => b[0] * Math.Exp(-0.9 * x) + b[1], X, Y, [1, 1]);
        Assert.That(result.Converged);
        Assert.That(result.Point, Is.EqualTo(new[] { held.Point[0], 0.9, held.Point[1] }).Within(1e-9));
        Assert.That(result.SumOfSquares, Is.EqualTo(held.SumOfSquares).Within(1e-12));
        double[] errors = held.StandardErrors();
        Assert.That(result.StandardErrors(), Is.EqualTo(new[] { errors[0], double.NaN, errors[1] }).Within(1e-9));
    }

    [Test]
    public void AVariableThatNothingDependsOnIsSaid()
    {
        LeastSquaresResult result = CurveFit.Fit((x, b) => b[0] + b[1] * x, [0, 1, 2], [1, 2, 4], [0, 0]);
        Assert.That(result.StandardErrors(), Is.All.GreaterThan(0));
        result = CurveFit.Fit((x, b) => (b[0] + b[1]) * x, [0, 1, 2], [1, 2, 4], [1, 2]);
        Assert.That(result.Converged);
        Assert.That(result.Point.Sum(), Is.EqualTo(2).Within(1e-12));
        Assert.That(result.StandardErrors(), Is.All.NaN);
    }

    [Test]
    public void TheBestPointIsReturnedForEveryLimitAndAtEveryCancellation()
    {
        double before = double.PositiveInfinity;
        for (int most = 1; most < 40; most++)
        {
            LeastSquaresResult limited = CurveFit.Fit(Decay, X, Y, [20, 8, -9], options: new() { MaximumEvaluations = most });
            using var source = new CancellationTokenSource();
            int calls = 0;
            double lowest = double.PositiveInfinity;
            LeastSquaresResult cancelled = LeastSquares.Minimize(
                (point, residuals) =>
                {
                    for (int i = 0; i < X.Length; i++)
                        residuals[i] = Y[i] - Decay(X[i], point);
                    if (++calls == most)
                        source.Cancel();
                    lowest = Math.Min(lowest, residuals.ToArray().Sum(r => r * r));
                },
                X.Length,
                [20, 8, -9],
                DecayJacobian,
                cancellationToken: source.Token);
            Assert.That(limited.SumOfSquares, Is.LessThanOrEqualTo(before));
            Assert.That(cancelled.SumOfSquares, Is.EqualTo(lowest).Within(1e-12).Percent);
            before = limited.SumOfSquares;
        }
    }

    [Test]
    public void ProgressTellsOfEachIteration()
    {
        var iterations = new List<LeastSquaresIteration>();
        LeastSquaresResult result = CurveFit.Fit(Decay, X, Y, [1, 1, 1], progress: (iteration, point) =>
        {
            Assert.That(point.Length, Is.EqualTo(3));
            iterations.Add(iteration);
        });
        Assert.That(iterations.Select(iteration => iteration.Number), Is.EqualTo(Enumerable.Range(1, (int)result.Iterations)));
        Assert.That(iterations.Select(iteration => iteration.SumOfSquares), Is.Ordered.Descending);
        Assert.That(iterations[^1].SumOfSquares, Is.EqualTo(result.SumOfSquares));
    }

    [Test]
    public void IterationsAllocateNothing()
    {
        long Allocated(int most)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            LeastSquares.Minimize(Residuals, X.Length, [20, 8, -9], DecayJacobian, new() { MaximumIterations = most });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        _ = Allocated(2);
        Assert.That(Allocated(9), Is.EqualTo(Allocated(2)));

        static void Residuals(ReadOnlySpan<double> point, Span<double> residuals)
        {
            for (int i = 0; i < X.Length; i++)
                residuals[i] = Y[i] - Decay(X[i], point);
        }
    }

    [Test]
    public void BitsAreTheSameAtEveryWidth()
    {
        double[]? expected = null;
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            LeastSquaresResult result = CurveFit.Fit(Decay, X, Y, [1, 1, 1]);
            double[] found = [.. result.Point, .. result.StandardErrors(), result.SumOfSquares];
            expected ??= found;
            Assert.That(found, Is.EqualTo(expected), $"width {width}");
        }
    }

    [Test]
    public void BadArgumentsAreRefused()
    {
        Residuals one = (_, _) => { };
        Refusal.OfArgument<ArgumentNullException>("residuals", () => LeastSquares.Minimize(null!, 1, [1]));
        Refusal.OfArgument<ArgumentOutOfRangeException>("count", () => LeastSquares.Minimize(one, 0, [1]), "0", "at least 1");
        Refusal.OfArgument<ArgumentException>("start", () => LeastSquares.Minimize(one, 1, []), "empty");
        LeastSquaresOptions options = new() { Weights = new double[] { 1, -1 } };
        Refusal.OfArgument<ArgumentException>("options", () => LeastSquares.Minimize(one, 2, [1], options: options), "weight 1 is -1");
        Refusal.OfArgument<ArgumentException>(
            "options", () => LeastSquares.Minimize(one, 3, [1], options: options), "2 weights", "3 residuals");
        Refusal.OfArgument<ArgumentException>("x", () => CurveFit.Fit(Decay, [], [], [1]), "empty");
        Refusal.OfArgument<ArgumentException>("x", () => CurveFit.Fit(Decay, [1], [1, 2], [1]), "x has 1", "y has 2");
        Refusal.OfArgument<ArgumentNullException>("curve", () => CurveFit.Fit(null!, [1], [1], [1]));
    }

    internal static double Decay(double x, ReadOnlySpan<double> b) => b[0] * Math.Exp(-b[1] * x) + b[2];

    private static void DecayJacobian(ReadOnlySpan<double> b, Span<double> jacobian)
    {
        for (int i = 0; i < X.Length; i++)
        {
            double decay = Math.Exp(-b[1] * X[i]);
            (jacobian[3 * i], jacobian[3 * i + 1], jacobian[3 * i + 2]) = (-decay, b[0] * X[i] * decay, -1);
        }
    }
}
