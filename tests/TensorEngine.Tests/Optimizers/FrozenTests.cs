using NUnit.Framework;
using TensorEngine.Averages;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Nothing moves a parameter that is not trainable, and no step is taken on values that are not the model's.</summary>
public sealed class FrozenTests
{
    [Test]
    public void LookaheadLeavesWhatIsFrozen()
    {
        ParameterStore store = Store(out Parameter frozen, out Parameter free);
        var lookahead = new Lookahead(new Sgd(store, new() { LearningRate = 1 }), interval: 5, alpha: 0.5);
        store.Gradients.Fill(-1);
        for (int step = 1; step <= 5; step++)
        {
            frozen.Trainable = step <= 3;
            lookahead.Step();
        }

        Assert.That(frozen.Values[0], Is.EqualTo(3));
        Assert.That(free.Values[0], Is.EqualTo(2.5f));
        Assert.That(lookahead.SlowValues(frozen)[0], Is.Zero);
    }

    [Test]
    public void AStepOnAnAverageIsRefused([Values] bool isPart)
    {
        ParameterStore store = Store(out Parameter first, out _);
        var sgd = new Sgd(store, new() { LearningRate = 1 });
        var average = new ExponentialMovingAverage(store, 0.5);
        var lookahead = isPart ? new Lookahead(sgd) : null;
        store.Gradients.Fill(1);
        average.Update();
        Step();
        average.Update();
        average.Swap();
        Assert.That(Step, Throws.InvalidOperationException.With.Message.Contains("average is swapped in"));
        Assert.That(first.Values[0], Is.EqualTo(-0.5f));
        average.Swap();
        Assert.That(first.Values[0], Is.EqualTo(-1));
        Step();
        Assert.That(first.Values[0], Is.EqualTo(-2));

        void Step() => _ = lookahead is null ? sgd.Step() : lookahead.Step();
    }

    [Test]
    public void OneAverageIsSwappedInAtATime()
    {
        ParameterStore store = Store(out Parameter first, out _);
        var plain = new StochasticWeightAverage(store);
        var moving = new ExponentialMovingAverage(store, 0.5);
        for (int update = 0; update < 2; update++)
        {
            first.Values.Fill(update * 4);
            plain.Update();
            moving.Update();
        }

        plain.Swap();
        Refusal.Of<InvalidOperationException>(moving.Swap, "Another average is swapped in");
        Refusal.Of<InvalidOperationException>(moving.Update, "Another average is swapped in");
        Assert.That((plain.IsSwapped, moving.IsSwapped), Is.EqualTo((true, false)));
        plain.Swap();
        moving.Swap();
        Assert.That(first.Values[0], Is.EqualTo(2));
        moving.Swap();
        Assert.That(first.Values[0], Is.EqualTo(4));
    }

    [Test]
    public void ClearingTheStoreForgetsTheRowsOfASparseGradient()
    {
        var store = new ParameterStore();
        Parameter table = store.Add("table", [3, 2]);
        var adam = new SparseAdam(store);
        adam.AddGradients(table, [1], [1, 1]);
        adam.Step();
        float[] after = table.Values.ToArray();
        adam.AddGradients(table, [1, 2], [1, 1, 1, 1]);
        store.ClearGradients();
        adam.Step();
        Assert.That(table.Values.ToArray(), Is.EqualTo(after));

        adam.AddGradients(table, [0], [1, 1]);
        store.ClearGradients();
        adam.AddGradients(table, [2], [1, 1]);
        adam.Step();
        Assert.That(table.Values[0], Is.Zero, "added before the store was cleared");
        Assert.That(table.Values[4], Is.Not.Zero, "added after it");
    }

    private static ParameterStore Store(out Parameter first, out Parameter second)
    {
        var store = new ParameterStore();
        first = store.Add("first", [3]);
        second = store.Add("second", [5]);
        return store;
    }
}
