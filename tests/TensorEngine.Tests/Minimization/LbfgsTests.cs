using NUnit.Framework;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Minimization;

/// <summary>L-BFGS over parameters: convergence, memory, frozen parameters, exceptions, refusals.</summary>
public sealed class LbfgsTests
{
    [TestCase(LbfgsLineSearch.StrongWolfe, 1e-9)]
    [TestCase(LbfgsLineSearch.None, 1e-6)]
    public void ConvergesOnRosenbrockAndTheBowl(LbfgsLineSearch search, double bound)
    {
        var rosenbrock = new Model(TestFunctions.Rosenbrock, [-1.2f, 1]);
        var bowl = new Model(Bowl, [.. Enumerable.Range(-20, 41).Select(i => (float)i)]);
        foreach (Model model in new[] { rosenbrock, bowl })
        {
            var lbfgs = new Lbfgs(model.Store, new LbfgsOptions { LineSearch = search, MaximumIterations = 50 });
            for (int step = 0; step < 5; step++)
                lbfgs.Step(model.Closure);
            Assert.That(model.Closure(), Is.LessThan(bound));
            Assert.That(lbfgs.Evaluations, Is.EqualTo(model.Calls - 1));
        }
    }

    [Test]
    public void AStepAllocatesNothingLineSearchIncluded([Values] LbfgsLineSearch search)
    {
        var model = new Model(Bowl, [.. Enumerable.Range(-50, 100).Select(i => (float)i)]);
        var lbfgs = new Lbfgs(model.Store, new LbfgsOptions { LineSearch = search, MaximumIterations = 3, HistorySize = 4, LearningRate = 0.5, GradientTolerance = 0, ChangeTolerance = 0 });
        Func<double> closure = model.Closure;
        lbfgs.Step(closure);
        long before = GC.GetAllocatedBytesForCurrentThread();
        lbfgs.Step(closure);
        lbfgs.Step(closure);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(model.Store.Values[100..].ToArray(), Is.All.Zero, "padding");
    }

    [Test]
    public void BitsAreTheSameAtEveryWidth()
    {
        float[]? expected = null;
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            var model = new Model(TestFunctions.Rosenbrock, [.. Enumerable.Range(0, 77).Select(i => i % 2 == 0 ? -1.2f : 1)]);
            var lbfgs = new Lbfgs(model.Store, new LbfgsOptions { LineSearch = LbfgsLineSearch.StrongWolfe });
            lbfgs.Step(model.Closure);
            lbfgs.Step(model.Closure);
            expected ??= model.Store.Values.ToArray();
            Bits.AssertSame(model.Store.Values, expected, $"width {width}");
        }
    }

    [Test]
    public void FrozenParametersAreLeftOut()
    {
        var store = new ParameterStore();
        Parameter first = store.Add("first", [3]), second = store.Add("second", [2]);
        first.Values.Fill(1);
        second.Values.Fill(1);
        var lbfgs = new Lbfgs(store, new LbfgsOptions { LineSearch = LbfgsLineSearch.StrongWolfe });
        Func<double> closure = () =>
        {
            double loss = 0;
            foreach (Parameter parameter in store.Parameters)
            {
                for (int i = 0; i < parameter.Length; i++)
                {
                    parameter.Gradients[i] = parameter.Values[i];
                    loss += parameter.Values[i] * parameter.Values[i] / 2.0;
                }
            }

            return loss;
        };
        first.Trainable = false;
        lbfgs.Step(closure);
        Assert.That(first.Values.ToArray(), Is.All.EqualTo(1f));
        Assert.That(second.Values.ToArray(), Is.All.EqualTo(0f).Within(1e-6));
        (first.Trainable, second.Trainable) = (true, false);
        second.Values.Fill(7);
        lbfgs.Step(closure);
        Assert.That(first.Values.ToArray(), Is.All.EqualTo(0f).Within(1e-6));
        Assert.That(second.Values.ToArray(), Is.All.EqualTo(7f));
        first.Trainable = false;
        Refusal.Of<InvalidOperationException>(() => lbfgs.Step(closure), "No parameter is trainable");
    }

    [Test]
    public void AnExceptionOfTheClosureLeavesTheLastIteration()
    {
        var model = new Model(TestFunctions.Rosenbrock, [-1.2f, 1]);
        var lbfgs = new Lbfgs(model.Store, new LbfgsOptions { LineSearch = LbfgsLineSearch.StrongWolfe });
        int calls = 0;
        Func<double> failing = () => ++calls == 2 ? throw new IOException("no data") : model.Closure();
        Assert.Throws<IOException>(() => lbfgs.Step(failing));
        Assert.That(model.Store.Values[..2].ToArray(), Is.EqualTo(new[] { -1.2f, 1 }));
        lbfgs.Step(model.Closure);
        Assert.That(model.Closure(), Is.LessThan(1));
    }

    [Test]
    public void ALossThatIsNoNumberMovesNothing()
    {
        var model = new Model((_, _) => double.NaN, [1, 2]);
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
        Assert.That(Run(Bowl, [0, 0], new()).Reason, Is.EqualTo(StopReason.GradientTolerance));
        Assert.That(Run(Bowl, [1, 1], new() { ChangeTolerance = 100 }).Reason, Is.EqualTo(StopReason.ChangeTolerance));
        LbfgsStepResult rising = Run(Rising, [1], new());
        Assert.That((rising.Reason, rising.Converged, rising.LastLoss), Is.EqualTo((StopReason.SearchFailed, false, 1.0)));
        int calls = 0;
        LbfgsStepResult alone = Run((x, gradient) => calls++ == 0 ? Bowl(x, gradient) : double.NaN, [1], new());
        Assert.That((alone.Reason, alone.Converged), Is.EqualTo((StopReason.NotFiniteAround, false)));

        static LbfgsStepResult Run(Objective function, float[] start, LbfgsOptions options)
        {
            options.LineSearch = LbfgsLineSearch.StrongWolfe;
            var model = new Model(function, start);
            return new Lbfgs(model.Store, options).Step(model.Closure);
        }

        // x², with a gradient of the wrong sign.
        static double Rising(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient[0] = -2 * x[0];
            return x[0] * x[0];
        }
    }

    [Test]
    public void ASearchThatRunsOutKeepsItsBestTrial()
    {
        // -x up to a wall that the last of 26 trials, each ten times as far as the one before, is the first to pass. With a slope of -1
        // the cubic through two trials is a line but for the rounding of x to float, which then decides how far the next one goes; with
        // a slope that flattens its minimum is beyond ten times as far, whatever the rounding.
        var model = new Model(
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

    [Test]
    public void GradientsAreClearedBeforeTheClosure()
    {
        var store = new ParameterStore();
        Parameter stepped = store.Add("stepped", [1]), frozen = store.Add("frozen", [1]);
        (stepped.Values[0], stepped.Gradients[0], frozen.Gradients[0]) = (10, 100, 7);
        frozen.Trainable = false;
        new Lbfgs(store, new() { LineSearch = LbfgsLineSearch.StrongWolfe }).Step(() =>
        {
            stepped.Gradients[0] += 2 * (stepped.Values[0] - 3);
            return (stepped.Values[0] - 3.0) * (stepped.Values[0] - 3.0);
        });
        Assert.That(stepped.Values[0], Is.EqualTo(3).Within(1e-6));
        Assert.That(frozen.Gradients[0], Is.EqualTo(7), "not its parameter");
    }

    [Test]
    public void AClosureThatFreezesOrThawsIsRefusedAndNothingIsMixedUp([Values] bool freezes, [Values(1, 2, 3)] int call)
    {
        var store = new ParameterStore();
        Parameter first = store.Add("first", [2]), second = store.Add("second", [3]);
        first.Values.Fill(1);
        second.Values.Fill(5);
        first.Trainable = freezes;
        var lbfgs = new Lbfgs(store, new() { LineSearch = LbfgsLineSearch.StrongWolfe, MaximumIterations = 10, ChangeTolerance = 0 });
        int calls = 0;
        Refusal.Of<InvalidOperationException>(() => lbfgs.Step(() => Loss(++calls == call)), freezes ? "frozen \"first\"" : "thawed \"first\"");
        Assert.That(first.Values.ToArray(), Is.All.InRange(-1, 1));
        Assert.That(second.Values.ToArray(), Is.All.InRange(0, 5));
        Assert.That(lbfgs.Step(() => Loss(false)).Converged, "goes on with the parameters as they are now");
        Assert.That(second.Values.ToArray(), Is.All.EqualTo(0).Within(1e-6));

        double Loss(bool change)
        {
            if (change)
                first.Trainable = !freezes;
            double loss = 0;
            foreach (Parameter parameter in store.Parameters)
            {
                for (int i = 0; i < parameter.Length; i++)
                {
                    float x = parameter.Values[i], curvature = 1 + i;
                    parameter.Gradients[i] = 2 * curvature * x;
                    loss += curvature * (double)x * x;
                }
            }

            return loss;
        }
    }

    [Test]
    public void ImpossibleUsesAreRefused()
    {
        var model = new Model(Bowl, [1]);
        var lbfgs = new Lbfgs(model.Store);
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new Adam(model.Store), "another optimizer (Lbfgs)");
        Refusal.OfArgument<ArgumentNullException>("closure", () => lbfgs.Step(null!));
        lbfgs.Detach();
        Refusal.Of<InvalidOperationException>(() => lbfgs.Step(model.Closure), "detached");
        _ = new Adam(model.Store);
        Refusal.OfArgument<ArgumentOutOfRangeException>("HistorySize", () => _ = new LbfgsOptions { HistorySize = 0 }, "0", "at least 1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("MaximumIterations", () => _ = new LbfgsOptions { MaximumIterations = 0 }, "at least 1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("ChangeTolerance", () => _ = new LbfgsOptions { ChangeTolerance = double.NaN }, "NaN");
    }

    private static double Bowl(ReadOnlySpan<double> x, Span<double> gradient)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] = (1 + i % 3) * x[i];
            sum += (1 + i % 3) * x[i] * x[i] / 2;
        }

        return sum;
    }

    private sealed class Model
    {
        private readonly Objective _function;
        private readonly Parameter _parameter;
        private readonly double[] _point;
        private readonly double[] _gradient;

        public Model(Objective function, float[] start)
        {
            _function = function;
            Store = new ParameterStore();
            _parameter = Store.Add("p", [start.Length]);
            start.CopyTo(_parameter.Values);
            (_point, _gradient) = (new double[start.Length], new double[start.Length]);
        }

        public ParameterStore Store { get; }

        public int Calls { get; private set; }

        public double Closure()
        {
            Calls++;
            for (int i = 0; i < _point.Length; i++)
                _point[i] = _parameter.Values[i];
            double loss = _function(_point, _gradient);
            for (int i = 0; i < _point.Length; i++)
                _parameter.Gradients[i] = (float)_gradient[i];
            return loss;
        }
    }
}
