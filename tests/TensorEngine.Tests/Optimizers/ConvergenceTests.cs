using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Every optimizer finds the bottom of a bowl and of Rosenbrock's valley: settings, and the loss that is reached.</summary>
public sealed class ConvergenceTests
{
    /// <summary>The book's bowl, 20 times as steep one way as the other.</summary>
    private static readonly Problem s_bowl = new("bowl", -7, 2, Steps: 500, (x, y) => x * x / 20 + y * y, (x, y) => (x / 10, 2 * y));

    /// <summary>A curved valley 100 times as steep across as along, with the bottom at (1, 1).</summary>
    private static readonly Problem s_rosenbrock = new(
        "Rosenbrock",
        -1.2f,
        1,
        Steps: 10_000,
        (x, y) => (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
        (x, y) => (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)));

    public static IEnumerable<Row> Rows =>
    [
        new(s_bowl, p => new Sgd(p, new() { LearningRate = 0.3 }), 1e-12),
        new(s_bowl, p => new Sgd(p, new() { LearningRate = 0.1, Momentum = 0.9, Nesterov = true }), 1e-20),
        new(s_bowl, p => new Momentum(p, new() { LearningRate = 0.1 }), 1e-20),
        new(s_bowl, p => new Nesterov(p, new() { LearningRate = 0.1 }), 1e-20),
        new(s_bowl, p => new AdaGrad(p, new() { LearningRate = 1 }), 1e-20),
        new(s_bowl, p => new Adam(p, new() { LearningRate = 0.3 }), 1e-20),
        new(s_bowl, p => new AdamW(p, new() { LearningRate = 0.3, WeightDecay = 0 }), 1e-20),
        new(s_bowl, p => new Adamax(p, new() { LearningRate = 0.3 }), 1e-20),
        new(s_bowl, p => new NAdam(p, new() { LearningRate = 0.1 }), 1e-20),
        new(s_bowl, p => new RAdam(p, new() { LearningRate = 1 }), 1e-20),
        new(s_bowl, p => new Adadelta(p, new() { LearningRate = 3 }), 1e-1),
        new(s_bowl, p => new RmsProp(p, new() { LearningRate = 0.03 }), 1e-10),
        new(s_bowl, p => new RmsProp(p, new() { LearningRate = 0.03, Centered = true, Momentum = 0.9 }), 1e-18),
        new(s_bowl, p => new Rprop(p, new() { LearningRate = 0.1 }), 1e-12),
        new(s_bowl, p => new Asgd(p, new() { LearningRate = 0.3 }), 1e-11),
        new(s_bowl, p => new Lion(p, new() { LearningRate = 0.1 }), 1e-10),
        new(s_bowl, p => new ScheduleFreeSgd(p, new() { LearningRate = 1 }), 1e-5),
        new(s_bowl, p => new ScheduleFreeAdamW(p, new() { LearningRate = 1 }), 1e-19),
        new(s_rosenbrock, p => new Sgd(p, new() { LearningRate = 0.001 }), 1e-4),
        new(s_rosenbrock, p => new Sgd(p, new() { LearningRate = 0.001, Momentum = 0.9, Nesterov = true }), 1e-11),
        new(s_rosenbrock, p => new Momentum(p, new() { LearningRate = 0.003 }), 1e-11),
        new(s_rosenbrock, p => new Nesterov(p, new() { LearningRate = 0.001 }), 1e-11),
        new(s_rosenbrock, p => new AdaGrad(p, new() { LearningRate = 1 }), 1e-6),
        new(s_rosenbrock, p => new Adam(p, new() { LearningRate = 0.003 }), 1e-10),
        new(s_rosenbrock, p => new AdamW(p, new() { LearningRate = 0.003, WeightDecay = 0 }), 1e-10),
        new(s_rosenbrock, p => new Adamax(p, new() { LearningRate = 0.01 }), 1e-10),
        new(s_rosenbrock, p => new NAdam(p, new() { LearningRate = 0.003 }), 1e-4),
        new(s_rosenbrock, p => new RAdam(p, new() { LearningRate = 0.003 }), 1e-5),
        new(s_rosenbrock, p => new Adadelta(p, new() { LearningRate = 0.03 }), 1e-3),
        new(s_rosenbrock, p => new RmsProp(p, new() { LearningRate = 0.001 }), 1e-3),
        new(s_rosenbrock, p => new RmsProp(p, new() { LearningRate = 0.0001, Centered = true, Momentum = 0.9 }), 1e-6),
        new(s_rosenbrock, p => new Rprop(p, new() { LearningRate = 0.01 }), 1e-7),
        new(s_rosenbrock, p => new Asgd(p, new() { LearningRate = 0.001 }), 1e-4),
        new(s_rosenbrock, p => new Lion(p, new() { LearningRate = 0.0003 }), 1e-5),
        new(s_rosenbrock, p => new ScheduleFreeSgd(p, new() { LearningRate = 0.003 }), 1e-3),
        new(s_rosenbrock, p => new ScheduleFreeAdamW(p, new() { LearningRate = 0.03 }), 1e-5),
    ];

    [TestCaseSource(nameof(Rows))]
    public void TheLossFallsTo(Row row)
    {
        var store = new ParameterStore();
        Parameter x = store.Add("x", []), y = store.Add("y", []);
        (x.Values[0], y.Values[0]) = (row.Problem.X, row.Problem.Y);
        Optimizer optimizer = row.Make(store.Parameters);
        for (int step = 0; step < row.Problem.Steps; step++)
        {
            (x.Gradients[0], y.Gradients[0]) = row.Problem.Gradient(x.Values[0], y.Values[0]);
            optimizer.Step();
        }

        if (optimizer is ScheduleFreeSgd sgd)
            sgd.UseEvaluationValues();
        if (optimizer is ScheduleFreeAdamW adamW)
            adamW.UseEvaluationValues();
        double loss = row.Problem.Loss(x.Values[0], y.Values[0]);
        TestContext.Out.WriteLine($"{loss:E2} at ({x.Values[0]}, {y.Values[0]})");
        Assert.That(loss, Is.LessThanOrEqualTo(row.Loss));
    }

    [Test]
    public void EveryOptimizerIsThere([Values("bowl", "Rosenbrock")] string problem)
    {
        var store = new ParameterStore();
        store.Add("x", []);
        IEnumerable<Type> tested = Rows.Where(row => string.Equals(row.Problem.Name, problem, StringComparison.Ordinal)).Select(row =>
        {
            Optimizer optimizer = row.Make(store.Parameters);
            optimizer.Detach();
            return optimizer.GetType();
        });
        Assert.That(Catalog.OptimizerCatalog.Rows.Select(row => row.Optimizer), Is.SubsetOf(tested));
    }

    public sealed record Problem(
        string Name, float X, float Y, int Steps, Func<double, double, double> Loss, Func<float, float, (float X, float Y)> Gradient);

    /// <summary>An optimizer at a setting, and the loss that it has to reach.</summary>
    public sealed record Row(Problem Problem, Func<IEnumerable<Parameter>, Optimizer> Make, double Loss)
    {
        public override string ToString()
        {
            var store = new ParameterStore();
            store.Add("x", []);
            Optimizer optimizer = Make(store.Parameters);
            return $"{Problem.Name}, {optimizer.Options}";
        }
    }
}
