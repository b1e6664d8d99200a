using NUnit.Framework;
using TensorEngine.Minimization;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Minimization;

/// <summary>Why a step of L-BFGS ends: each reason, and that no progress is not convergence.</summary>
public sealed class LbfgsReasonTests
{
    [Test]
    public void ALossThatIsNoNumberMovesNothing()
    {
        var model = new LbfgsModel((_, _) => double.NaN, [1, 2]);
        var lbfgs = new Lbfgs(model.Store);
        LbfgsStepResult result = lbfgs.Step(model.Closure);
        Assert.That((result.Loss, result.Reason, result.Converged), Is.EqualTo((double.NaN, StopReason.NotFiniteAtStart, false)));
        Assert.That(model.Store.Values[..2].ToArray(), Is.EqualTo(new[] { 1f, 2 }));
    }

    [Test]
    public void AStepSaysWhyItEnded()
    {
        Assert.That(Run(TestFunctions.Rosenbrock, [-1.2f, 1], new() { MaximumIterations = 100, ChangeTolerance = 0 }).Converged);
        LbfgsStepResult few = Run(TestFunctions.Rosenbrock, [-1.2f, 1], new() { MaximumIterations = 3, MaximumEvaluations = 99 });
        Assert.That((few.Reason, few.Iterations, few.Converged), Is.EqualTo((StopReason.MaximumIterations, 3L, false)));
        Assert.That(few.LastLoss, Is.LessThan(few.Loss));
        LbfgsStepResult fewer = Run(TestFunctions.Rosenbrock, [-1.2f, 1], new() { MaximumEvaluations = 2 });
        Assert.That((fewer.Reason, fewer.Converged), Is.EqualTo((StopReason.MaximumEvaluations, false)));
        Assert.That(fewer.Evaluations, Is.GreaterThanOrEqualTo(2));
        Assert.That(Run(LbfgsModel.Bowl, [0, 0], new()).Reason, Is.EqualTo(StopReason.GradientTolerance));
        Assert.That(Run(LbfgsModel.Bowl, [1, 1], new() { ChangeTolerance = 100 }).Reason, Is.EqualTo(StopReason.ChangeTolerance));
    }

    [TestCase(1, 1)]
    [TestCase(-30, 1e-2)]
    [TestCase(1, 1e4)]
    public void AWrongGradientIsNamed(float start, double curvature)
    {
        LbfgsStepResult rising = Run((x, gradient) => Parabola(x, gradient, -2 * curvature, curvature), [start], new());
        double loss = curvature * start * start;
        Assert.That((rising.Reason, rising.Converged, rising.LastLoss), Is.EqualTo((StopReason.WrongGradient, false, loss)));
    }

    [Test]
    public void RoundingToFloatsIsNoWrongGradient([Values(0.1, 1.3, 1234.567)] double minimum, [Values(1, 1e6, 1e10)] double curvature)
    {
        // The minimum is between two floats: no step lowers the loss, however large the gradient.
        LbfgsStepResult result = Run(
            (x, gradient) =>
            {
                double value = 0;
                for (int i = 0; i < x.Length; i++)
                {
                    double away = x[i] - minimum * (1 + i / 7.0);
                    gradient[i] = 2 * curvature * away;
                    value += curvature * away * away;
                }

                return value;
            },
            [.. Enumerable.Range(0, 5).Select(i => (float)(minimum * (1 + i / 7.0)))],
            new() { GradientTolerance = 0, ChangeTolerance = 0 });
        Assert.That(result.Reason, Is.EqualTo(StopReason.SearchFailed));
    }

    [Test]
    public void ASearchThatFailsIsNamed()
    {
        // Falls by its gradient at 1 alone: a step down that no trial sees.
        LbfgsStepResult result = Run(
            (x, gradient) =>
            {
                gradient[0] = x[0] < 1 ? -1 : 1;
                return x[0] == 1 ? 0 : 1 + Math.Abs(x[0] - 1);
            },
            [1],
            new());
        Assert.That((result.Reason, result.Converged, result.LastLoss), Is.EqualTo((StopReason.SearchFailed, false, 0.0)));
    }

    [Test]
    public void ASearchDividesItsBracketDownToPyTorchsLength()
    {
        // A jump of 0.001 away from 0, beyond which it rises: the trials come nearer until the bracket is shorter than 1e-9.
        var trials = new List<double>();
        LbfgsStepResult result = Run(
            (x, gradient) =>
            {
                trials.Add(Math.Abs(x[0]));
                gradient[0] = x[0] == 0 ? 1 : -1;
                return x[0] == 0 ? 0 : 1e-3 * (1 + Math.Abs(x[0]));
            },
            [0],
            new());
        Assert.That((result.Converged, result.LastLoss), Is.EqualTo((false, 0.0)));
        Assert.That((trials[^2] >= 1e-9, trials[^1] < 1e-9), Is.EqualTo((true, true)));
        Assert.That((trials[^2], trials[^1]), Is.EqualTo((5.8e-9, 5.8e-10)).Within(2).Percent);
    }

    [Test]
    public void NothingFiniteAroundIsNamed([Values] LbfgsLineSearch search)
    {
        int calls = 0;
        LbfgsStepResult alone = Run(
            (x, gradient) =>
            {
                double value = LbfgsModel.Bowl(x, gradient);
                if (calls++ == 0)
                    return value;
                gradient[0] = double.NaN;
                return double.NaN;
            },
            [1],
            new(),
            search);
        Assert.That((alone.Reason, alone.Converged), Is.EqualTo((StopReason.NotFiniteAround, false)));
    }

    [Test]
    public void AnUnboundedLossIsNamed([Values] LbfgsLineSearch search)
    {
        LbfgsStepResult bottomless = Run(
            (x, gradient) => Line(x, gradient, x[0] > 1.5 ? double.NegativeInfinity : -x[0]), [1], new(), search);
        Assert.That((bottomless.Reason, bottomless.Converged), Is.EqualTo((StopReason.Unbounded, false)));
        if (search == LbfgsLineSearch.None)
            return;
        Assert.That(bottomless.LastLoss, Is.InRange(-1.5, -1), "the lowest that is a number");
        LbfgsStepResult line = Run((x, gradient) => Line(x, gradient, -x[0]), [1], new(), search);
        Assert.That((line.Reason, line.Converged, line.Evaluations), Is.EqualTo((StopReason.Unbounded, false, 27L)));
        Assert.That(line.LastLoss, Is.LessThan(-1e10));
    }

    [Test]
    public void ASearchThatRunsOutKeepsItsBestTrial()
    {
        // -x up to a wall that the last of 26 trials, each ten times as far as the one before, is the first to pass. With a slope of -1
        // the cubic through two trials is a line but for the rounding of x to float, which then decides how far the next one goes; with
        // a slope that flattens its minimum is beyond ten times as far, whatever the rounding.
        var model = new LbfgsModel(
            (x, gradient) =>
            {
                gradient[0] = -0.9995;
                return x[0] > 5e24 ? double.PositiveInfinity : -x[0];
            },
            [0]);
        var lbfgs = new Lbfgs(model.Store, new() { LineSearch = LbfgsLineSearch.StrongWolfe, MaximumIterations = 1 });
        LbfgsStepResult result = lbfgs.Step(model.Closure);
        Assert.That(result.Evaluations, Is.EqualTo(27));
        Assert.That(model.Store.Values[0], Is.EqualTo(0.9995e24f).Within(0.01).Percent);
        Assert.That(result.LastLoss, Is.EqualTo(-0.9995e24).Within(0.01).Percent);
    }

    private static LbfgsStepResult Run(
        Objective function, float[] start, LbfgsOptions options, LbfgsLineSearch search = LbfgsLineSearch.StrongWolfe)
    {
        options.LineSearch = search;
        var model = new LbfgsModel(function, start);
        return new Lbfgs(model.Store, options).Step(model.Closure);
    }

    private static double Parabola(ReadOnlySpan<double> x, Span<double> gradient, double slope, double curvature)
    {
        gradient[0] = slope * x[0];
        return curvature * x[0] * x[0];
    }

    private static double Line(ReadOnlySpan<double> _, Span<double> gradient, double value)
    {
        gradient[0] = -1;
        return value;
    }
}
