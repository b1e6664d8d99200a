using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Every optimizer finds the bottom of a bowl and of Rosenbrock's valley: settings, and the loss that is reached.</summary>
public sealed class ConvergenceTests
{
    /// <summary>The book's bowl, 20 times as steep one way as the other.</summary>
    private static readonly Problem s_bowl = new(-7, 2, Steps: 500, (x, y) => x * x / 20 + y * y, (x, y) => (x / 10, 2 * y));

    /// <summary>A curved valley 100 times as steep across as along, with the bottom at (1, 1).</summary>
    private static readonly Problem s_rosenbrock = new(
        -1.2f,
        1,
        Steps: 10_000,
        (x, y) => (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
        (x, y) => (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)));

    public static IEnumerable<Convergence> Rows =>
        OptimizerCatalog.Rows.SelectMany(row => row.Converges).Where(one => one.Problem is "bowl" or "Rosenbrock");

    [TestCaseSource(nameof(Rows))]
    public void TheLossFallsTo(Convergence row)
    {
        Problem problem = row.Problem is "bowl" ? s_bowl : s_rosenbrock;
        var store = new ParameterStore();
        Parameter x = store.Add("x", []), y = store.Add("y", []);
        (x.Values[0], y.Values[0]) = (problem.X, problem.Y);
        Optimizer optimizer = row.Make(store.Parameters);
        for (int step = 0; step < problem.Steps; step++)
        {
            (x.Gradients[0], y.Gradients[0]) = problem.Gradient(x.Values[0], y.Values[0]);
            optimizer.Step();
        }

        if (optimizer is ScheduleFreeSgd sgd)
            sgd.UseEvaluationValues();
        if (optimizer is ScheduleFreeAdamW adamW)
            adamW.UseEvaluationValues();
        double loss = problem.Loss(x.Values[0], y.Values[0]);
        TestContext.Out.WriteLine($"{loss:E2} at ({x.Values[0]}, {y.Values[0]})");
        Assert.That(loss, Is.LessThanOrEqualTo(row.Loss));
    }

    private sealed record Problem(
        float X, float Y, int Steps, Func<double, double, double> Loss, Func<float, float, (float X, float Y)> Gradient);
}
