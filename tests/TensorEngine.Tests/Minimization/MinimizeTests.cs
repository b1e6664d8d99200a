using NUnit.Framework;
using TensorEngine.Minimization;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Minimization;

/// <summary>Lbfgs.Minimize: minima, stopping rules, progress, cancellation, functions that are not defined everywhere.</summary>
public sealed class MinimizeTests
{
    [TestCase(2)]
    [TestCase(10)]
    [TestCase(1000)]
    public void FindsTheMinimumOfRosenbrock(int length)
    {
        double[] start = [.. Enumerable.Range(0, length).Select(i => i % 2 == 0 ? -1.2 : 1)];
        double[] before = [.. start];
        // Above a few dimensions there is a second minimum near the first start; this one leads to the global one.
        if (length > 2)
            Array.Fill(start, 0.5);
        LbfgsResult result = Lbfgs.Minimize(TestFunctions.Rosenbrock, start);
        TestContext.Out.WriteLine($"{length}: {result.Value:G3} after {result.Iterations} iterations, {result.Evaluations} evaluations, {result.Reason}");
        Assert.That(result.Converged);
        Assert.That(result.Point, Is.All.EqualTo(1).Within(1e-7));
        Assert.That(result.GradientNorm, Is.LessThan(1e-6));
        Assert.That(length > 2 || start.SequenceEqual(before));
    }

    [Test]
    public void TheResultSaysWhatWasFound()
    {
        var result = new LbfgsResult([1.5, -2], 0.25, 1e-9, 9, 12, LbfgsStopReason.GradientTolerance);
        Assert.That(result.ToString(), Is.EqualTo("0.25 at [1.5, -2] after 9 iterations: GradientTolerance"));
        Assert.That((result with { Point = new double[9] }).ToString(), Does.Contain("[0, 0, 0, 0, 0, 0, 0, 0, ...]"));
    }

    [Test]
    public void StopsForTheReasonItStates()
    {
        double[] start = [-1.2, 1];
        Assert.That(Run(new() { GradientTolerance = 1e-3 }).Reason, Is.EqualTo(LbfgsStopReason.GradientTolerance));
        Assert.That(Run(new() { GradientTolerance = 1e-3 }).GradientNorm, Is.LessThanOrEqualTo(1e-3));
        Assert.That(Run(new() { GradientTolerance = 0, ChangeTolerance = 1 }).Reason, Is.AnyOf(LbfgsStopReason.ChangeTolerance, LbfgsStopReason.NoDescent));
        LbfgsResult few = Run(new() { MaximumIterations = 3 });
        Assert.That((few.Reason, few.Iterations, few.Converged), Is.EqualTo((LbfgsStopReason.MaximumIterations, 3L, false)));
        for (int most = 1; most < 30; most++)
        {
            LbfgsResult result = Run(new() { MaximumEvaluations = most });
            Assert.That((result.Reason, result.Evaluations), Is.EqualTo((LbfgsStopReason.MaximumEvaluations, (long)most)));
            Assert.That(result.Value, Is.EqualTo(TestFunctions.Rosenbrock(result.Point, new double[2])), "value and point belong together");
            Assert.That(result.Value, Is.LessThanOrEqualTo(TestFunctions.Rosenbrock(start, new double[2])));
        }

        Assert.That(Lbfgs.Minimize((_, _) => double.NaN, start).Reason, Is.EqualTo(LbfgsStopReason.NotFinite));
        Assert.That(Lbfgs.Minimize(TestFunctions.Rosenbrock, [1.0, 1]).Reason, Is.EqualTo(LbfgsStopReason.GradientTolerance));

        LbfgsResult Run(LbfgsMinimizeOptions options) => Lbfgs.Minimize(TestFunctions.Rosenbrock, start, options);
    }

    [Test]
    public void ProgressTellsOfEachIterationAndTheValueNeverRises()
    {
        var iterations = new List<LbfgsIteration>();
        LbfgsResult result = Lbfgs.Minimize(TestFunctions.Rosenbrock, [-1.2, 1], progress: (iteration, point) =>
        {
            Assert.That(iteration.Value, Is.EqualTo(TestFunctions.Rosenbrock(point, new double[2])));
            iterations.Add(iteration);
        });
        Assert.That(iterations.Select(iteration => iteration.Number), Is.EqualTo(Enumerable.Range(1, iterations.Count)));
        Assert.That(iterations.Select(iteration => iteration.Value), Is.Ordered.Descending);
        Assert.That(iterations[^1], Has.Property("Value").EqualTo(result.Value).And.Property("Evaluations").EqualTo(result.Evaluations));
    }

    [Test]
    public void CancellationReturnsTheBestPointSoFar()
    {
        using var source = new CancellationTokenSource();
        int calls = 0;
        LbfgsResult result = Lbfgs.Minimize(
            (point, gradient) =>
            {
                if (++calls == 7)
                    source.Cancel();
                return TestFunctions.Rosenbrock(point, gradient);
            },
            [-1.2, 1],
            cancellationToken: source.Token);
        Assert.That((result.Reason, result.Evaluations, calls), Is.EqualTo((LbfgsStopReason.Cancelled, 7L, 7)));
        Assert.That(result.Value, Is.EqualTo(TestFunctions.Rosenbrock(result.Point, new double[2])).And.LessThan(24.2));
    }

    [Test]
    public void ComesBackFromWhereTheFunctionIsNotDefined()
    {
        // x - ln x has its minimum at 1, and steps from far out lead beyond 0.
        LbfgsResult result = Lbfgs.Minimize(
            (x, gradient) =>
            {
                gradient[0] = 1 - 1 / x[0];
                gradient[1] = 2 * x[1];
                return x[0] - Math.Log(x[0]) + x[1] * x[1];
            },
            [0.01, 5]);
        Assert.That(result.Converged);
        Assert.That(result.Point[0], Is.EqualTo(1).Within(1e-7));
        Assert.That(result.Point[1], Is.Zero.Within(1e-7));
    }

    [Test]
    public void BadStartsAreRefused()
    {
        Refusal.OfArgument<ArgumentException>("start", () => Lbfgs.Minimize(TestFunctions.Rosenbrock, []), "empty");
        Refusal.OfArgument<ArgumentException>("start", () => Lbfgs.Minimize(TestFunctions.Rosenbrock, [1, double.NaN]), "start[1] is NaN");
        Refusal.OfArgument<ArgumentNullException>("objective", () => Lbfgs.Minimize(null!, [1]));
    }
}
