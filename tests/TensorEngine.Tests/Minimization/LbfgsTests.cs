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
        var rosenbrock = new LbfgsModel(TestFunctions.Rosenbrock, [-1.2f, 1]);
        var bowl = new LbfgsModel(LbfgsModel.Bowl, [.. Enumerable.Range(-20, 41).Select(i => (float)i)]);
        foreach (LbfgsModel model in new[] { rosenbrock, bowl })
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
        var model = new LbfgsModel(LbfgsModel.Bowl, [.. Enumerable.Range(-50, 100).Select(i => (float)i)]);
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
            var model = new LbfgsModel(TestFunctions.Rosenbrock, [.. Enumerable.Range(0, 77).Select(i => i % 2 == 0 ? -1.2f : 1)]);
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
        store.Freeze();
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
        var model = new LbfgsModel(TestFunctions.Rosenbrock, [-1.2f, 1]);
        var lbfgs = new Lbfgs(model.Store, new LbfgsOptions { LineSearch = LbfgsLineSearch.StrongWolfe });
        int calls = 0;
        Func<double> failing = () => ++calls == 2 ? throw new IOException("no data") : model.Closure();
        Assert.Throws<IOException>(() => lbfgs.Step(failing));
        Assert.That(model.Store.Values[..2].ToArray(), Is.EqualTo(new[] { -1.2f, 1 }));
        lbfgs.Step(model.Closure);
        Assert.That(model.Closure(), Is.LessThan(1));
    }

    [Test]
    public void GradientsAreClearedBeforeTheClosure()
    {
        var store = new ParameterStore();
        Parameter stepped = store.Add("stepped", [1]), frozen = store.Add("frozen", [1]);
        store.Freeze();
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
        store.Freeze();
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
        var model = new LbfgsModel(LbfgsModel.Bowl, [1]);
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
}
