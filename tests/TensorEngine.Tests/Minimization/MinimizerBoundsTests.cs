using NUnit.Framework;
using TensorEngine.Minimization;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Minimization;

/// <summary>Minimizer within bounds: known minima, random quadratics against every face of their box, no call outside.</summary>
public sealed class MinimizerBoundsTests
{
    [TestCase(-2.0, 0.5, -2.0, 2.0, 0.5, 0.25, 0.25)]
    [TestCase(1.5, 50, -50, 50, 1.5, 2.25, 0.25)]
    [TestCase(-20, 20, -20, 20, 1, 1, 0)]
    [TestCase(double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, 1, 1, 0)]
    [TestCase(0.25, 0.25, -5, 5, 0.25, 0.0625, 0.5625)]
    public void FindsTheMinimumOfRosenbrockInABox(
        double lower0, double upper0, double lower1, double upper1, double expected0, double expected1, double value)
    {
        var bounds = new Bounds([lower0, lower1], [upper0, upper1]);
        foreach (double[] start in new double[][] { [-1.2, 1], [3, 10], [0, 0], [-100, 100] })
        {
            MinimizerResult result = Minimizer.Minimize(
                (x, gradient) =>
                {
                    Assert.That(x[0] >= lower0 && x[0] <= upper0 && x[1] >= lower1 && x[1] <= upper1, "inside");
                    return TestFunctions.Rosenbrock(x, gradient);
                },
                start,
                new() { Bounds = bounds });
            Assert.That(result.Converged, $"{result}");
            Assert.That(result.Iterations, Is.LessThanOrEqualTo(120));
            Assert.That(result.Point, Is.EqualTo(new[] { expected0, expected1 }).Within(1e-5), $"{result}");
            Assert.That(result.Value, Is.EqualTo(value).Within(1e-6));
        }
    }

    // Hock and Schittkowski's problem 2: x1 is at least 1.5, which leaves two minima.
    [TestCase(2, 5, 1.2243707487, 0.0504261879)]
    [TestCase(-2, 1, -1.2210262419, 4.9412293180)]
    public void FindsEitherMinimumOnABound(double start0, double start1, double expected, double value)
    {
        double infinity = double.PositiveInfinity;
        MinimizerResult result = Minimizer.Minimize(
            TestFunctions.Rosenbrock, [start0, start1], new() { Bounds = new([-infinity, 1.5], [infinity, infinity]) });
        Assert.That(result.Converged);
        Assert.That(result.Point, Is.EqualTo(new[] { expected, 1.5 }).Within(1e-9));
        Assert.That(result.Value, Is.EqualTo(value).Within(1e-9));
    }

    [Test]
    public void QuadraticsAreLowestOnTheRightFace()
    {
        var draws = new Draws(5);
        for (int trial = 0; trial < 60; trial++)
        {
            int length = 2 + trial % 5;
            double[,] matrix = PositiveDefinite(draws, length);
            double[] vector = draws.Many(length), lower = new double[length], upper = new double[length];
            for (int i = 0; i < length; i++)
            {
                (lower[i], upper[i]) = (-Math.Abs(draws.Next()), Math.Abs(draws.Next()));
                if (trial % 4 == 0)
                    upper[i] = double.PositiveInfinity;
            }

            MinimizerResult result = Minimizer.Minimize(
                (x, gradient) =>
                {
                    double value = 0;
                    for (int i = 0; i < length; i++)
                    {
                        for (int j = 0; j < length; j++)
                            gradient[i] += matrix[i, j] * x[j];
                        value += x[i] * (gradient[i] / 2 - vector[i]);
                        gradient[i] -= vector[i];
                    }

                    return value;
                },
                draws.Many(length),
                new() { Bounds = new(lower, upper) });

            double[] slope = [.. vector.Select(b => -b)];
            for (int i = 0; i < length; i++)
            {
                for (int j = 0; j < length; j++)
                    slope[i] += matrix[i, j] * result.Point[j];
            }

            // Convex: the conditions of Karush, Kuhn and Tucker say that it is the minimum.
            for (int i = 0; i < length; i++)
            {
                bool below = result.Point[i] == lower[i] && slope[i] >= 0, above = result.Point[i] == upper[i] && slope[i] <= 0;
                Assert.That(below || above || Math.Abs(slope[i]) < 1e-6, $"trial {trial}, variable {i}: {slope[i]} at {result}");
            }

            Assert.That(result.Converged, $"trial {trial}: {result}");
        }
    }

    [Test]
    public void ManyVariablesAndFewPairs()
    {
        // The problem that L-BFGS-B's authors ship with their code: odd variables are at least 1, even ones at least -100.
        double[] lower = [.. Enumerable.Range(1, 25).Select(i => i % 2 == 1 ? 1.0 : -100)], upper = [.. Enumerable.Repeat(100.0, 25)];
        MinimizerResult result = Minimizer.Minimize(
            (x, gradient) =>
            {
                double value = 0.25 * (x[0] - 1) * (x[0] - 1);
                gradient[0] = 2 * (x[0] - 1);
                for (int i = 1; i < x.Length; i++)
                {
                    double rise = x[i] - x[i - 1] * x[i - 1];
                    value += rise * rise;
                    gradient[i] += 8 * rise;
                    gradient[i - 1] -= 16 * x[i - 1] * rise;
                }

                return 4 * value;
            },
            [.. Enumerable.Repeat(3.0, 25)],
            new() { HistorySize = 5, Bounds = new(lower, upper) });
        Assert.That(result.Converged);
        Assert.That(result.Value, Is.LessThan(1e-12));
        Assert.That(result.Iterations, Is.LessThan(150));
    }

    [Test]
    public void ABoundEndsAnUnboundedDescent()
    {
        MinimizerResult result = Minimizer.Minimize(
            (x, gradient) =>
            {
                gradient[0] = -1;
                return -x[0];
            },
            [0.0],
            new() { Bounds = new([0], [7]) });
        Assert.That((result.Point[0], result.Reason, result.GradientNorm), Is.EqualTo((7.0, StopReason.GradientTolerance, 0.0)));
    }

    [Test]
    public void BadBoundsAreRefused()
    {
        Refusal.OfArgument<ArgumentException>("lower", () => _ = new Bounds([1], [2, 3]), "lower has 1", "upper has 2");
        Refusal.OfArgument<ArgumentException>("lower", () => _ = new Bounds([0, 3], [1, 2]), "lower[1] is 3", "upper[1] is 2");
        Refusal.OfArgument<ArgumentException>("lower", () => _ = new Bounds([double.NaN], [1]), "lower[0] is NaN");
        double infinity = double.PositiveInfinity;
        Refusal.OfArgument<ArgumentException>("lower", () => _ = new Bounds([infinity], [infinity]), "lower[0]");
        Refusal.OfArgument<ArgumentException>("upper", () => _ = new Bounds([0], [double.NaN]), "upper[0] is NaN");
        Refusal.OfArgument<ArgumentException>("upper", () => _ = new Bounds([0], [-infinity]), "upper[0]");
        MinimizerOptions options = new() { Bounds = new([0], [1]) };
        Refusal.OfArgument<ArgumentException>(
            "start", () => Minimizer.Minimize(TestFunctions.Rosenbrock, [1, 2], options), "start has 2", "bounds have 1");
    }

    private static double[,] PositiveDefinite(Draws draws, int length)
    {
        double[][] rows = [.. Enumerable.Range(0, length).Select(_ => draws.Many(length))];
        double[,] matrix = new double[length, length];
        for (int i = 0; i < length; i++)
        {
            for (int j = 0; j < length; j++)
                matrix[i, j] = rows.Sum(row => row[i] * row[j]) + (i == j ? 0.1 : 0);
        }

        return matrix;
    }

    /// <summary>Numbers from -2 to 2, the same in every run.</summary>
    private sealed class Draws(uint seed)
    {
        private uint _state = seed;

        public double Next()
        {
            _state = _state * 1664525 + 1013904223;
            return _state / 1073741824.0 - 2;
        }

        public double[] Many(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];
    }
}
