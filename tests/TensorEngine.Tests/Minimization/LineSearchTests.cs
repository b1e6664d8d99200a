using NUnit.Framework;
using TensorEngine.Minimization;

namespace TensorEngine.Tests.Minimization;

/// <summary>The constants of both line searches against their source: Nocedal and Wright's 1e-4 and 0.9, which are PyTorch's.</summary>
public sealed class LineSearchTests
{
    // The value at a first trial of 1, from a slope of -1: enough, and not, whatever the slope there.
    [TestCase(-1.01e-4, 0, true)]
    [TestCase(-0.99e-4, 0, false)]
    // The slope there: flat enough on either side, and not.
    [TestCase(-0.5, -0.899, true)]
    [TestCase(-0.5, -0.901, false)]
    [TestCase(-0.5, 0.899, true)]
    [TestCase(-0.5, 0.901, false)]
    public void TheFirstTrialIsTakenIfTheConditionsHold(double value, double slope, bool taken)
    {
        double Function(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient[0] = x[0] == 1 ? slope : 0;
            return x[0] == 1 ? value : -1;
        }

        double[] gradient = [-1];
        LineSearch.Found found = new LineSearch(1).Run(Function, [0], [1], new(1, 0, -1), gradient, 1e-9);
        Assert.That((found.Evaluations == 1, found.Step == 1), Is.EqualTo((taken, taken)), "as PyTorch");
        Assert.That(gradient[0], Is.EqualTo(taken ? slope : 0));

        var wolfe = new WolfeSearch(1);
        var counted = new ScaledObjective(Function);
        SearchBox box = new() { Longest = double.PositiveInfinity };
        SearchEnd end = wolfe.Run(counted, [0], [1], new(1, 0, -1), box, new EvaluationBudget(100, default));
        Assert.That((end, counted.Evaluations == 1, wolfe.Best.Step == 1), Is.EqualTo((SearchEnd.Succeeded, taken, taken)));
    }

    [Test]
    public void AnExtrapolationGoesAtMostTenTimesAsFar()
    {
        // Slopes that flatten: the cubic's minimum is beyond.
        var steps = new List<double>();
        double Falling(ReadOnlySpan<double> x, Span<double> gradient)
        {
            steps.Add(x[0]);
            gradient[0] = -0.9995;
            return -x[0];
        }

        new LineSearch(1).Run(Falling, [0], [1], new(1, 0, -0.9995), new double[1], 1e-9);
        Assert.That(steps, Is.EqualTo(Enumerable.Range(0, 26).Select(i => Math.Pow(10, i))).Within(1e-12).Percent);
        steps.Clear();
        SearchBox box = new() { Longest = 1e7 };
        var objective = new ScaledObjective(Falling);
        SearchEnd end = new WolfeSearch(1).Run(objective, [0], [1], new(1, 0, -0.9995), box, new EvaluationBudget(100, default));
        Assert.That((end, steps[^1]), Is.EqualTo((SearchEnd.Succeeded, 1e7)));
        Assert.That(steps, Is.EqualTo(Enumerable.Range(0, 8).Select(i => Math.Pow(10, i))).Within(1e-12).Percent);
        end = new WolfeSearch(1).Run(objective, [0], [1], new(1, 0, -0.9995), new() { Longest = 1e99 }, new EvaluationBudget(999, default));
        Assert.That((end, objective.Evaluations), Is.EqualTo((SearchEnd.Unbounded, 8L + 60)), "after 60 trials");
    }

    [TestCase(-0.9995, true)]
    [TestCase(-0.5, false)]
    public void ADescentIsUnboundedIfItsLastTrialFallsAsSteeply(double lastSlope, bool unbounded)
    {
        double Falling(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient[0] = x[0] < 5e24 ? -0.9995 : lastSlope;
            return -x[0];
        }

        var search = new LineSearch(1);
        LineSearch.Found found = search.Run(Falling, [0], [1], new(1, 0, -0.9995), new double[1], 1e-9);
        Assert.That((found.Evaluations, search.IsUnbounded), Is.EqualTo((26, unbounded)));
        Assert.That(found.Step, Is.EqualTo(1e25).Within(1e-10).Percent);
    }

    [TestCase(1, true)]
    [TestCase(5e-5, false)]
    public void RisesThatRoundingToFloatsCanMakeAreNoEvidence(double step, bool contradicts)
    {
        // Rises by 3 t where the slope says that it falls by t: seen from a thousand times half of a float's precision on, 6e-5.
        static double Rising(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient[0] = 1;
            return 1 + 3 * (1 - x[0]);
        }

        var search = new LineSearch(1);
        LineSearch.Found found = search.Run(Rising, [1], [-1], new(step, 1, -1), new double[1], 1e-9);
        Assert.That((found.Step, search.SawFinite), Is.EqualTo((0.0, true)));
        Assert.That((search.Evidence.IsKnown, search.Evidence.Contradicts), Is.EqualTo((contradicts, contradicts)));
    }

    [Test]
    public void ASearchComesBackFromAWallByTenthsThenByHalvesUpToRounding()
    {
        var steps = new List<double>();
        double Wall(ReadOnlySpan<double> x, Span<double> gradient)
        {
            steps.Add(x[0]);
            gradient[0] = -1;
            return x[0] > 0.003 ? double.PositiveInfinity : -x[0];
        }

        var search = new WolfeSearch(1);
        SearchBox box = new() { Longest = double.PositiveInfinity };
        SearchEnd end = search.Run(new ScaledObjective(Wall), [0], [1], new(1, 0, -1), box, new EvaluationBudget(100, default));
        Assert.That(end, Is.EqualTo(SearchEnd.Lower));
        Assert.That(steps.Take(6), Is.EqualTo(new[] { 1, 0.1, 0.01, 0.001, 0.0055, 0.00325 }).Within(1e-12).Percent);
        Assert.That(search.Best.Step, Is.EqualTo(0.003).Within(6e-18).And.LessThanOrEqualTo(0.003));
    }
}
