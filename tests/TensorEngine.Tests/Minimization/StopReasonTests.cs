using NUnit.Framework;
using TensorEngine.Minimization;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Minimization;

/// <summary>Each reason to stop, and that no progress is not convergence.</summary>
public sealed class StopReasonTests
{
    [Test]
    public void ReachedTolerancesConverge()
    {
        MinimizerResult gradient = Minimizer.Minimize(TestFunctions.Rosenbrock, [-1.2, 1], new() { GradientTolerance = 1e-3 });
        Assert.That((gradient.Reason, gradient.Converged), Is.EqualTo((StopReason.GradientTolerance, true)));
        Assert.That(gradient.GradientNorm, Is.LessThanOrEqualTo(1e-3).And.GreaterThan(0));
        MinimizerResult change = Minimizer.Minimize(TestFunctions.Rosenbrock, [-1.2, 1], new() { ChangeTolerance = 0.5 });
        Assert.That((change.Reason, change.Converged), Is.EqualTo((StopReason.ChangeTolerance, true)));
        Assert.That(Minimizer.Minimize(TestFunctions.Rosenbrock, [1, 1]).Reason, Is.EqualTo(StopReason.GradientTolerance));
        // Values a million times as high as the bowl is deep hide the last digits, and are the reason to stop.
        MinimizerResult rounding = Minimizer.Minimize((x, g) => 1e12 + TestFunctions.Rosenbrock(x, g), [-1.2, 1]);
        Assert.That(rounding.Converged);
        Assert.That(rounding.Point, Is.All.EqualTo(1).Within(0.02));
    }

    [Test]
    public void RoundingThatHidesTheRestIsNamed()
    {
        int calls = 0;
        MinimizerResult result = Minimizer.Minimize(
            (x, gradient) => 1 + TestFunctions.Rosenbrock(x, gradient) + 1e-13 * (calls++ * 0.6180339887 % 1), [-1.2, 1]);
        Assert.That((result.Reason, result.Converged), Is.EqualTo((StopReason.RoundingLimit, true)));
        Assert.That(result.Point, Is.All.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void LimitsDoNotConverge()
    {
        MinimizerResult few = Minimizer.Minimize(TestFunctions.Rosenbrock, [-1.2, 1], new() { MaximumIterations = 3 });
        Assert.That((few.Reason, few.Iterations, few.Converged), Is.EqualTo((StopReason.MaximumIterations, 3L, false)));
        MinimizerResult fewer = Minimizer.Minimize(TestFunctions.Rosenbrock, [-1.2, 1], new() { MaximumEvaluations = 7 });
        Assert.That((fewer.Reason, fewer.Evaluations, fewer.Converged), Is.EqualTo((StopReason.MaximumEvaluations, 7L, false)));
        MinimizerResult cancelled = Minimizer.Minimize(TestFunctions.Rosenbrock, [-1.2, 1], cancellationToken: new(canceled: true));
        Assert.That((cancelled.Reason, cancelled.Evaluations, cancelled.Converged), Is.EqualTo((StopReason.Cancelled, 1L, false)));
    }

    [Test]
    public void AWrongGradientIsNamed([Values(1.0, -3.0, 1e-8, 1e8)] double start, [Values(0.0, 5.0)] double offset, [Values] bool bounded)
    {
        MinimizerResult result = Minimizer.Minimize(
            (x, gradient) =>
            {
                gradient[0] = -2 * x[0];
                return x[0] * x[0] + offset * start * start;
            },
            [start],
            new() { Bounds = bounded ? new([-1e9], [1e9]) : null });
        Assert.That((result.Reason, result.Converged, result.Point[0]), Is.EqualTo((StopReason.WrongGradient, false, start)));
    }

    [Test]
    public void NothingFiniteIsNamed()
    {
        int calls = 0;
        MinimizerResult around = Minimizer.Minimize(
            (_, gradient) =>
            {
                gradient[0] = 1;
                return calls++ == 0 ? 1 : double.NaN;
            },
            [1.0]);
        Assert.That((around.Reason, around.Converged, around.Value), Is.EqualTo((StopReason.NotFiniteAround, false, 1.0)));
        foreach (double value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            MinimizerResult start = Minimizer.Minimize((_, _) => value, [1.0]);
            Assert.That((start.Reason, start.Converged), Is.EqualTo((StopReason.NotFiniteAtStart, false)));
            Assert.That((start.Value, start.Evaluations), Is.EqualTo((value, 1L)));
        }

        MinimizerResult gradientOnly = Minimizer.Minimize(
            (_, gradient) =>
            {
                gradient[0] = double.PositiveInfinity;
                return 1;
            },
            [1.0]);
        Assert.That((gradientOnly.Reason, gradientOnly.Value), Is.EqualTo((StopReason.NotFiniteAtStart, 1.0)));
    }

    [Test]
    public void ASearchThatFailsIsNamed()
    {
        // Falls by its gradient at 1 alone: a step down that no trial sees.
        MinimizerResult result = Minimizer.Minimize(
            (x, gradient) =>
            {
                gradient[0] = x[0] == 1 ? 1 : x[0] < 1 ? -1 : 1;
                return x[0] == 1 ? 0 : 1 + Math.Abs(x[0] - 1);
            },
            [1.0]);
        Assert.That((result.Reason, result.Converged, result.Point[0]), Is.EqualTo((StopReason.SearchFailed, false, 1.0)));
    }

    [Test]
    public void AnUnboundedFunctionIsNamed()
    {
        Assert.That(Run(x => -x, _ => -1, 0), Is.EqualTo((StopReason.Unbounded, false)));
        Assert.That(Run(x => -x * x * x, x => -3 * x * x, 1), Is.EqualTo((StopReason.Unbounded, false)));
        Assert.That(Run(x => -Math.Exp(x), x => -Math.Exp(x), 1), Is.EqualTo((StopReason.Unbounded, false)));
        Assert.That(Run(x => -Math.Sqrt(x), x => -0.5 / Math.Sqrt(x), 1), Is.EqualTo((StopReason.Unbounded, false)));
        Assert.That(Run(x => x > 5 ? double.NegativeInfinity : -x, _ => -1, 1), Is.EqualTo((StopReason.Unbounded, false)));
        // Falls without an end as well, but to a limit.
        Assert.That(Run(x => Math.Exp(-x), x => -Math.Exp(-x), 1), Is.EqualTo((StopReason.ChangeTolerance, true)));

        static (StopReason, bool) Run(Func<double, double> value, Func<double, double> slope, double start)
        {
            MinimizerResult result = Minimizer.Minimize(
                (x, gradient) =>
                {
                    gradient[0] = slope(x[0]);
                    return value(x[0]);
                },
                [start]);
            Assert.That(result.Value, Is.EqualTo(value(result.Point[0])).And.LessThan(value(start)));
            return (result.Reason, result.Converged);
        }
    }

    [Test]
    public void ComesBackFromWhereTheFunctionIsNotDefined()
    {
        // x - ln x has its minimum at 1, and steps from far out lead beyond 0.
        MinimizerResult result = Minimizer.Minimize(
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
}
