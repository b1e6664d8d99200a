using NUnit.Framework;
using TensorEngine.Minimization;

namespace TensorEngine.Tests.Minimization;

/// <summary>Why a fit stops, and what a cancelled one has.</summary>
public sealed class LeastSquaresStopTests
{
    private static readonly double[] s_x = LeastSquaresTests.X;
    private static readonly double[] s_y = LeastSquaresTests.Y;

    [Test]
    public void ReasonsAreTrue()
    {
        Assert.That(Fit(new()).Converged);
        LeastSquaresResult gradient = Fit(new() { GradientTolerance = 0.5 });
        Assert.That((gradient.Reason, gradient.Converged), Is.EqualTo((StopReason.GradientTolerance, true)));
        LeastSquaresResult step = Fit(new() { StepTolerance = 0.1, GradientTolerance = 0, ChangeTolerance = 0 });
        Assert.That((step.Reason, step.Converged), Is.EqualTo((StopReason.ChangeTolerance, true)));
        LeastSquaresResult few = Fit(new() { MaximumIterations = 2 });
        Assert.That((few.Reason, few.Iterations, few.Converged), Is.EqualTo((StopReason.MaximumIterations, 2L, false)));
        LeastSquaresResult fewer = Fit(new() { MaximumEvaluations = 3 });
        Assert.That((fewer.Reason, fewer.Evaluations, fewer.Converged), Is.EqualTo((StopReason.MaximumEvaluations, 3L, false)));
        Assert.That(CurveFit.Fit((_, _) => double.NaN, s_x, s_y, [1]).Reason, Is.EqualTo(StopReason.NotFiniteAtStart));
        int calls = 0;
        LeastSquaresResult around = LeastSquares.Minimize(
            (point, residuals) => residuals.Fill(calls++ == 0 ? 1 : double.NaN), 2, [1.0], (_, jacobian) => jacobian.Fill(1));
        Assert.That((around.Reason, around.Converged), Is.EqualTo((StopReason.NotFiniteAround, false)));

        static LeastSquaresResult Fit(LeastSquaresOptions options) => CurveFit.Fit(Decay, s_x, s_y, [1, 1, 1], options: options);
    }

    [Test]
    public void AWrongJacobianIsNamed()
    {
        LeastSquaresResult result = CurveFit.Fit(
            (x, b) => b[0] * x,
            s_x,
            s_y,
            [5],
            (x, _, gradient) => gradient[0] = -x);
        Assert.That((result.Reason, result.Converged, result.Point[0]), Is.EqualTo((StopReason.WrongGradient, false, 5.0)));
    }

    [Test]
    public void AStepThatGainsMoreThanTheModelPromisesIsNoReasonToStop()
    {
        // 1 - x^4 is flat where it begins: the step to 0.2 gains little, but four times what the slope says; the next one as it says.
        LeastSquaresResult result = LeastSquares.Minimize(
            (point, residuals) => residuals[0] = 1 - Math.Pow(point[0], 4),
            1,
            [0.1],
            (point, jacobian) => jacobian[0] = -4 * Math.Pow(point[0], 3),
            new() { ChangeTolerance = 0.01 });
        Assert.That((result.Reason, result.Iterations), Is.EqualTo((StopReason.ChangeTolerance, 2L)));
        Assert.That(result.Point[0], Is.EqualTo(0.225).Within(1e-3));
    }

    [Test]
    public void AStepThatTheRadiusShortensIsNoReasonToStop()
    {
        // Any step is small enough; but until x is near 1 it is as long as the radius, and says nothing.
        LeastSquaresResult result = LeastSquares.Minimize(
            (point, residuals) => residuals[0] = 1 - Math.Pow(point[0], 4),
            1,
            [0.1],
            (point, jacobian) => jacobian[0] = -4 * Math.Pow(point[0], 3),
            new() { StepTolerance = 2, ChangeTolerance = 0, GradientTolerance = 0 });
        Assert.That((result.Reason, result.Iterations > 2), Is.EqualTo((StopReason.ChangeTolerance, true)));
        Assert.That(result.Point[0], Is.EqualTo(1).Within(0.25));
    }

    [Test]
    public void AsManyResidualsAsVariablesHaveNoErrors()
    {
        LeastSquaresResult result = LeastSquares.Minimize(
            (point, residuals) => (residuals[0], residuals[1]) = (point[0] * point[0] - 2, point[0] + point[1] - 3),
            2,
            [1, 1],
            options: new() { MaximumIterations = 1 });
        Assert.That(result.SumOfSquares, Is.GreaterThan(0));
        Assert.That(result.StandardErrors(), Is.All.NaN, "no residual is left to tell the variance by");
    }

    [Test]
    public void ACancelledFitHasTheCovarianceOfItsPointOrNone()
    {
        foreach (int last in new[] { 1, 4, 8 })
        {
            using var source = new CancellationTokenSource();
            LeastSquaresResult cancelled = CurveFit.Fit(
                Decay,
                s_x,
                s_y,
                [20, 8, -9],
                progress: (iteration, _) =>
                {
                    if (iteration.Number == last)
                        source.Cancel();
                },
                cancellationToken: source.Token);
            Assert.That((cancelled.Reason, cancelled.Iterations), Is.EqualTo((StopReason.Cancelled, (long)last)));
            LeastSquaresResult there = CurveFit.Fit(Decay, s_x, s_y, cancelled.Point, options: new() { MaximumEvaluations = 1 });
            Assert.That(there.Point, Is.EqualTo(cancelled.Point));
            Assert.That(cancelled.StandardErrors(), Is.EqualTo(there.StandardErrors()).Within(1e-6).Percent);
        }

        using var early = new CancellationTokenSource();
        int calls = 0;
        LeastSquaresResult between = CurveFit.Fit(
            (x, b) =>
            {
                // In the second evaluation, whose step is taken.
                if (++calls == s_x.Length + 1)
                    early.Cancel();
                return Decay(x, b);
            },
            s_x,
            s_y,
            [2, 1, 0],
            (x, b, gradient) => (gradient[0], gradient[1], gradient[2]) = (Math.Exp(-b[1] * x), -b[0] * x * Math.Exp(-b[1] * x), 1),
            cancellationToken: early.Token);
        Assert.That((between.Reason, between.Iterations), Is.EqualTo((StopReason.Cancelled, 1L)));
        Assert.That(between.StandardErrors(), Is.All.NaN, "no Jacobian there");
    }

    [Test]
    public void CancellationEndsANumericalJacobianBetweenTwoVariables([Range(1, 6)] int last)
    {
        using var source = new CancellationTokenSource();
        int calls = 0;
        LeastSquaresResult result = LeastSquares.Minimize(
            (point, residuals) =>
            {
                if (++calls == last)
                    source.Cancel();
                for (int i = 0; i < residuals.Length; i++)
                    residuals[i] = s_y[i] - Decay(s_x[i], point);
            },
            s_x.Length,
            [1, 1, 1],
            cancellationToken: source.Token);
        Assert.That((result.Reason, result.Converged), Is.EqualTo((StopReason.Cancelled, false)));
        Assert.That(calls, Is.InRange(last, last + 1), "the two sides of a variable at most");
        Assert.That(result.StandardErrors(), Is.All.NaN);
    }

    private static double Decay(double x, ReadOnlySpan<double> b) => LeastSquaresTests.Decay(x, b);
}
