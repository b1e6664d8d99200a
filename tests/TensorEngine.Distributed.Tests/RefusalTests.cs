using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Tests;

public sealed class RefusalTests
{
    [Test]
    public void OptimizersWithoutAShard()
    {
        var training = new TestTraining();
        var adam = new Adam(training.Weights);
        Refused(() => Alone(adam), "adam", "steps all of its elements");
        Refused(() => Alone(new Lookahead(adam)), "lookahead", "cannot be sharded");
    }

    [Test]
    public void SparseTables()
    {
        var store = new ParameterStore();
        store.Add("table", [4, 4]);
        Assert.That(
            () => new SparseAdam(new ParameterShard(store, 0, 2)),
            Throws.ArgumentException.With.Message.Contains("SparseAdam can only step all of its parameters"));
    }

    [Test]
    public void OthersThatTakeOverAPart()
    {
        var training = new TestTraining();
        var adam = new Adam(new ParameterShard(training.Weights, 1, 2));
        Assert.That(() => new Lookahead(adam), Throws.ArgumentException.With.Message.Contains("part 1 of 2"));
        Assert.That(() => new CombinedOptimizer(adam), Throws.ArgumentException.With.Message.Contains("part 1 of 2"));
        Assert.That(adam.Step, Throws.InvalidOperationException.With.Message.Contains("all parts must be stepped together"));
    }

    /// <summary>The first part would step with the norms of what it has itself.</summary>
    [Test]
    public void NormsThatNobodyExchanges([Values] bool lars)
    {
        var training = new TestTraining();
        var shard = new ParameterShard(training.Weights, 0, 2);
        Optimizer optimizer = lars ? new Lars(shard) : new Lamb(shard);
        training.Backward();
        float[] before = training.Store.Values.ToArray();
        Assert.That(() => shard.Take(1), Throws.InvalidOperationException.With.Message.Contains("ExchangeSums of part 0 of 2"));
        Assert.That(training.Store.Values.ToArray(), Is.EqualTo(before));
        Assert.That(optimizer.StepCount(shard[0]), Is.Zero);
    }

    [Test]
    public void NumbersOfRanksAndLanes()
    {
        InProcessTransport.Run(3, transport => Assert.That(
            () => TestOptimizers.Sharded("adam", new TestTraining(), transport),
            Throws.ArgumentException.With.Message.StartsWith("transport has 3 ranks; their number must be a power of two")));
        InProcessTransport.Run(4, transport => Assert.That(
            () => TestOptimizers.Sharded("adam", new TestTraining(), transport, lanes: 2),
            Throws.ArgumentException.With.Message.StartsWith("options has BatchLanes 2, transport has 4 ranks")));
        Assert.That(() => new ShardedOptions { BatchLanes = 12 }, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("12"));
    }

    [Test]
    public void ShardsOfAnotherRank() => InProcessTransport.Run(2, transport => Assert.That(
        () => TestOptimizers.Sharded(new Adam(new ParameterShard(new TestTraining().Weights, 1 - transport.Rank, 2)), transport),
        Throws.ArgumentException.With.Message.Contains("they must be the same")));

    [Test]
    public void BatchesAndLanes() => InProcessTransport.Run(1, transport =>
    {
        var training = new TestTraining();
        ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
        Assert.That(() => optimizer.Lanes(100), Throws.ArgumentException.With.Message.StartsWith("batchSize is 100; it must be a positive multiple"));
        Assert.That(() => optimizer.AddLoss(1), Throws.InvalidOperationException);
        Assert.That(optimizer.Step, Throws.InvalidOperationException.With.Message.StartsWith("0 of this rank's 16 lanes"));
        foreach (BatchLane lane in optimizer.Lanes(32))
        {
            if (lane.Index == 3)
                break;
        }

        Assert.That(optimizer.Step, Throws.InvalidOperationException.With.Message.StartsWith("3 of this rank's 16 lanes"));
        training.Step(optimizer);
    });

    [Test]
    public void Shards()
    {
        var store = new ParameterStore();
        store.Add("w", [4]);
        Assert.That(() => new ParameterShard(store, 2, 2), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("part is 2"));
        Assert.That(() => new ParameterShard([], 0, 2), Throws.ArgumentException.With.Message.Contains("empty"));
        var other = new ParameterStore();
        other.Add("v", [4]);
        Assert.That(() => new ParameterShard([store["w"], other["v"]], 0, 2), Throws.ArgumentException.With.Message.Contains("not in the store"));
        var shard = new ParameterShard(store, 0, 1);
        Assert.That(() => shard.Segments.Length, Throws.InvalidOperationException);
        _ = new Adam(shard);
        Assert.That(shard.Segments.ToArray(), Is.EqualTo(new[] { new Segment(0, 0, 16) }));
    }

    private static void Refused(Action deed, string what, string why) =>
        Assert.That(deed, Throws.ArgumentException.With.Message.Contains(why), what);

    private static void Alone(Optimizer optimizer)
    {
        using InProcessTransport transport = InProcessTransport.Create(1)[0];
        _ = new ShardedOptimizer(optimizer, transport);
    }
}
