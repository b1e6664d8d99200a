using NUnit.Framework;
using TensorEngine.Minimization;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Minimization;

/// <summary>Minimizer: minima whatever the units, the best point for every limit, progress, bits, memory, refusals.</summary>
public sealed class MinimizerTests
{
    private static readonly double[] s_start = [-1.2, 1];

    private static IEnumerable<double> Factors => [1e-300, 1e-200, 1e-12, 1e-6, 1, 1e6, 1e12, 1e13, 1e16, 1e20, 1e200];

    private static IEnumerable<double> Units => [1e-100, 1e-12, 1e-7, 1e-6, 1e-3, 1, 1e3, 1e6, 1e12, 1e100];

    [TestCase(2)]
    [TestCase(10)]
    [TestCase(1000)]
    public void FindsTheMinimumOfRosenbrock(int length)
    {
        // Above a few dimensions there is a second minimum near the usual start; this one leads to the global one.
        double[] start = length == 2 ? [.. s_start] : [.. Enumerable.Repeat(0.5, length)], before = [.. start];
        MinimizerResult result = Minimizer.Minimize(TestFunctions.Rosenbrock, start);
        TestContext.Out.WriteLine($"{length}: {result}, {result.Evaluations} evaluations");
        Assert.That(result.Converged);
        Assert.That(result.Point, Is.All.EqualTo(1).Within(1e-13));
        Assert.That(start, Is.EqualTo(before));
    }

    [TestCaseSource(nameof(Factors))]
    public void TheUnitOfTheValueDoesNotMatter(double factor)
    {
        Objective scaled = Scaled(factor, 1);
        MinimizerOptions absolute = new() { GradientTolerance = 1e-6 * factor, ChangeTolerance = 0 };
        foreach (MinimizerOptions options in new[] { new(), absolute })
        {
            MinimizerResult result = Minimizer.Minimize(scaled, s_start, options);
            Assert.That((result.Reason, result.Converged), Is.EqualTo((StopReason.GradientTolerance, true)));
            Assert.That(result.Iterations, Is.LessThanOrEqualTo(60));
            Assert.That(result.Point, Is.All.EqualTo(1).Within(1e-6));
        }
    }

    [TestCaseSource(nameof(Units))]
    public void TheUnitOfTheVariablesDoesNotMatter(double unit)
    {
        MinimizerResult result = Minimizer.Minimize(Scaled(1, unit), [-1.2 * unit, unit]);
        Assert.That(result.Converged);
        Assert.That(result.Iterations, Is.LessThanOrEqualTo(60));
        Assert.That(result.Point, Is.All.EqualTo(unit).Within(1e-13 * unit));
    }

    [Test]
    public void VariablesInDifferentUnitsAreFound()
    {
        double[] curvatures = [8e15, 3e18, 6.5e18];
        MinimizerResult result = Minimizer.Minimize(
            (x, gradient) =>
            {
                double value = 0;
                for (int i = 0; i < 3; i++)
                {
                    gradient[i] = curvatures[i] * (x[i] - 1);
                    value += 0.5 * curvatures[i] * (x[i] - 1) * (x[i] - 1);
                }

                return value;
            },
            [2, 0, 2]);
        Assert.That((result.Converged, result.Iterations), Is.EqualTo((true, 15L)));
        Assert.That(result.Point, Is.All.EqualTo(1).Within(1e-12));
    }

    [TestCase(1e200)]
    [TestCase(1e-10)]
    [TestCase(1e-200)]
    public void AParabolaOfAnyHeightIsFound(double height)
    {
        MinimizerResult result = Minimizer.Minimize(
            (x, gradient) =>
            {
                gradient[0] = 2 * height * (x[0] - 3);
                return height * (x[0] - 3) * (x[0] - 3);
            },
            [0.0]);
        Assert.That((result.Point[0], result.Converged), Is.EqualTo((3.0, true)));
    }

    [Test]
    public void TheValueNeverRisesWithTheBudget()
    {
        Objective[] functions = [TestFunctions.Rosenbrock, ReciprocalBowl, Wall];
        double[][] starts = [s_start, [1500], [0]];
        for (int function = 0; function < functions.Length; function++)
        {
            double before = double.PositiveInfinity;
            for (int most = 1; most < 60; most++)
            {
                MinimizerResult result = Minimizer.Minimize(functions[function], starts[function], new() { MaximumEvaluations = most });
                Assert.That(result.Value, Is.LessThanOrEqualTo(before), $"function {function}, {most} evaluations");
                double there = functions[function](result.Point, new double[result.Point.Length]);
                Assert.That(result.Value, Is.EqualTo(there), "value and point belong together");
                Assert.That(result.Evaluations, Is.LessThanOrEqualTo(most));
                if (result.Reason == StopReason.MaximumEvaluations)
                    Assert.That((result.Evaluations, result.Converged), Is.EqualTo(((long)most, false)));
                before = result.Value;
            }
        }

        Assert.That(Minimizer.Minimize(ReciprocalBowl, [1500], new() { MaximumEvaluations = 6 }).Value, Is.LessThan(500));
        Assert.That(Minimizer.Minimize(Wall, [0], new() { MaximumEvaluations = 5 }).Value, Is.EqualTo(-100));
        Assert.That(Minimizer.Minimize(ReciprocalBowl, [1500]).Value, Is.EqualTo(2).Within(1e-14));
    }

    [Test]
    public void TheLowestOfAllEvaluationsIsReturned()
    {
        for (int trial = 0; trial < 200; trial++)
        {
            double lowest = double.PositiveInfinity, wave = 1 + trial % 7;
            MinimizerResult result = Minimizer.Minimize(
                (x, gradient) =>
                {
                    gradient[0] = 0.02 * x[0] + wave * Math.Cos(wave * x[0]);
                    double value = 0.01 * x[0] * x[0] + Math.Sin(wave * x[0]);
                    lowest = Math.Min(lowest, value);
                    return value;
                },
                [trial - 100.5],
                new() { MaximumEvaluations = 1 + trial % 20 });
            Assert.That(result.Value, Is.EqualTo(lowest), $"trial {trial}");
        }
    }

    [Test]
    public void CancellationReturnsTheBestPointSoFar()
    {
        double before = double.PositiveInfinity;
        for (int last = 1; last < 40; last++)
        {
            using var source = new CancellationTokenSource();
            int calls = 0;
            double lowest = double.PositiveInfinity;
            MinimizerResult result = Minimizer.Minimize(
                (point, gradient) =>
                {
                    if (++calls == last)
                        source.Cancel();
                    double value = TestFunctions.Rosenbrock(point, gradient);
                    lowest = Math.Min(lowest, value);
                    return value;
                },
                s_start,
                cancellationToken: source.Token);
            Assert.That((result.Reason, result.Evaluations, calls), Is.EqualTo((StopReason.Cancelled, (long)last, last)));
            Assert.That(result.Value, Is.EqualTo(lowest).And.LessThanOrEqualTo(before));
            before = lowest;
        }
    }

    [Test]
    public void ProgressTellsOfEachIterationAndTheValueNeverRises()
    {
        var iterations = new List<MinimizerIteration>();
        MinimizerResult result = Minimizer.Minimize(TestFunctions.Rosenbrock, s_start, progress: (iteration, point) =>
        {
            Assert.That(iteration.Value, Is.EqualTo(TestFunctions.Rosenbrock(point, new double[2])));
            iterations.Add(iteration);
        });
        Assert.That(iterations.Select(iteration => iteration.Number), Is.EqualTo(Enumerable.Range(1, iterations.Count)));
        Assert.That(iterations.Select(iteration => iteration.Value), Is.Ordered.Descending);
        Assert.That(iterations[^1], Has.Property("Value").EqualTo(result.Value).And.Property("Number").EqualTo(result.Iterations));
    }

    [Test]
    public void TheGradientIsClearedBeforeEachCall()
    {
        MinimizerResult result = Minimizer.Minimize(
            (x, gradient) =>
            {
                Assert.That(gradient[0], Is.Zero);
                gradient[0] += 2 * (x[0] - 3);
                return (x[0] - 3) * (x[0] - 3) + 1;
            },
            [100.0]);
        Assert.That(result.Point[0], Is.EqualTo(3).Within(1e-7));
    }

    [Test]
    public void BitsAreTheSameAtEveryWidth()
    {
        double[] start = [.. Enumerable.Range(0, 77).Select(i => 0.5 + i % 3 * 0.25)];
        foreach (Bounds? bounds in new[] { null, new Bounds(new double[77], Enumerable.Repeat(0.9, 77).ToArray()) })
        {
            double[]? expected = null;
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                MinimizerOptions options = new() { Bounds = bounds, MaximumIterations = 40 };
                MinimizerResult result = Minimizer.Minimize(TestFunctions.Rosenbrock, start, options);
                expected ??= result.Point;
                Assert.That(result.Point, Is.EqualTo(expected), $"width {width}");
            }
        }
    }

    [Test]
    public void IterationsAllocateNothing([Values] bool bounded)
    {
        double[] start = [.. Enumerable.Repeat(0.5, 50)];
        Bounds? bounds = bounded ? new(new double[50], Enumerable.Repeat(0.9, 50).ToArray()) : null;
        long Allocated(int iterations)
        {
            var options = new MinimizerOptions { MaximumIterations = iterations, Bounds = bounds, ChangeTolerance = 0 };
            long before = GC.GetAllocatedBytesForCurrentThread();
            Minimizer.Minimize(TestFunctions.Rosenbrock, start, options);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        _ = Allocated(2);
        Assert.That(Allocated(30), Is.EqualTo(Allocated(2)));
    }

    [Test]
    public void TheResultSaysWhatWasFound()
    {
        var result = new MinimizerResult([1.5, -2], 0.25, 1e-9, 9, 12, StopReason.GradientTolerance);
        Assert.That(result.ToString(), Is.EqualTo("0.25 at [1.5, -2] after 9 iterations: GradientTolerance"));
        Assert.That((result with { Point = new double[9] }).ToString(), Does.Contain("[0, 0, 0, 0, 0, 0, 0, 0, ...]"));
    }

    [Test]
    public void BadArgumentsAreRefused()
    {
        Refusal.OfArgument<ArgumentException>("start", () => Minimizer.Minimize(TestFunctions.Rosenbrock, []), "empty");
        Refusal.OfArgument<ArgumentException>(
            "start", () => Minimizer.Minimize(TestFunctions.Rosenbrock, [1, double.NaN]), "start[1] is NaN");
        Refusal.OfArgument<ArgumentNullException>("objective", () => Minimizer.Minimize((Objective)null!, [1]));
        Refusal.OfArgument<ArgumentNullException>("function", () => Minimizer.Minimize((ObjectiveValue)null!, [1]));
        Refusal.OfArgument<ArgumentOutOfRangeException>("HistorySize", () => _ = new MinimizerOptions { HistorySize = 0 }, "at least 1");
        Refusal.OfArgument<ArgumentOutOfRangeException>(
            "GradientTolerance", () => _ = new MinimizerOptions { GradientTolerance = -1 }, "-1");
        Refusal.OfArgument<ArgumentOutOfRangeException>(
            "ChangeTolerance", () => _ = new MinimizerOptions { ChangeTolerance = double.NaN }, "NaN");
        Assert.That(new MinimizerOptions { GradientTolerance = 1e300 }.GradientTolerance, Is.EqualTo(1e300), "doubles, not floats");
    }

    private static Objective Scaled(double factor, double unit) => (point, gradient) =>
    {
        double[] inner = [.. point.ToArray().Select(x => x / unit)];
        double value = TestFunctions.Rosenbrock(inner, gradient);
        for (int i = 0; i < inner.Length; i++)
            gradient[i] *= factor / unit;
        return value * factor;
    };

    /// <summary>x + 1/x, infinite up to 0.</summary>
    private static double ReciprocalBowl(ReadOnlySpan<double> x, Span<double> gradient)
    {
        if (x[0] <= 0)
            return double.PositiveInfinity;
        gradient[0] = 1 - 1 / (x[0] * x[0]);
        return x[0] + 1 / x[0];
    }

    /// <summary>-x, up to 100.</summary>
    private static double Wall(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient[0] = -1;
        return x[0] > 100 ? double.PositiveInfinity : -x[0];
    }
}
