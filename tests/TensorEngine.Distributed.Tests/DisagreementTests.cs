using System.Diagnostics;
using NUnit.Framework;
using TensorEngine.Autograd.Layers;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Tests;

/// <summary>A rank that differs, dies or keeps silent ends the job on all ranks, with its number and the difference.</summary>
public sealed class DisagreementTests
{
    private const int Size = 4;
    private const int Odd = 2;

    [Test]
    public void OtherOptions() => Differs(
        (training, transport) => TestOptimizers.Sharded(
            new AdamW(
                new ParameterShard(training.Weights, transport.Rank, Size),
                new AdamWOptions { WeightDecay = transport.Rank == Odd ? 0.5 : 0.25 }),
            transport),
        "WeightDecay = 0.5",
        "WeightDecay = 0.25");

    [Test]
    public void AnotherLearningRate() => Differs(
        (training, transport) =>
        {
            ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
            training.Step(optimizer);
            if (transport.Rank == Odd)
                optimizer.Optimizer.Groups[0].LearningRate = 0.125;
            return optimizer;
        },
        "learning rate 0.125",
        "learning rate 0.001");

    [Test]
    public void OtherGradientOptions() => Differs(
        (training, transport) =>
        {
            ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
            optimizer.Optimizer.GradientOptions.ClipNorm = transport.Rank == Odd ? 2 : 3;
            return optimizer;
        },
        "ClipNorm = 2",
        "ClipNorm = 3");

    [Test]
    public void OtherParameters() => Differs(
        (training, transport) =>
        {
            var store = new ParameterStore();
            _ = new Linear(store, transport.Rank == Odd ? "other" : "layer", inputs: 20, outputs: 30);
            return TestOptimizers.Sharded(new Adam(new ParameterShard(store, transport.Rank, Size)), transport);
        },
        "other.weight [30, 20]",
        "layer.weight [30, 20]");

    [Test]
    public void OtherValues() => Differs(
        (training, transport) =>
        {
            if (transport.Rank == Odd)
                training.Store["last.bias"].Values[0] = 5;
            return TestOptimizers.Sharded("adam", training, transport);
        },
        "values of last.bias",
        "values of last.bias");

    [Test]
    public void FrozenElsewhere() => Differs(
        (training, transport) =>
        {
            ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
            training.Store["last.bias"].Trainable = transport.Rank != Odd;
            return optimizer;
        },
        "last.bias [7], not trainable",
        "last.bias [7]");

    [Test]
    public void AnotherStep() => Differs(
        (training, transport) =>
        {
            ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
            if (transport.Rank == Odd)
                optimizer.Optimizer.Shard!.Take(1);
            return optimizer;
        },
        "has taken 1 steps of first.weight",
        "has taken 0 steps of first.weight");

    [Test]
    public void AnotherOperation() => Differs(
        (training, transport) =>
        {
            ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
            if (transport.Rank == Odd)
                optimizer.GatherValues();
            return optimizer;
        },
        "is at Values",
        "is at Step");

    [Test]
    public void AnotherBatch() => Differs(
        (training, transport) =>
        {
            ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
            foreach (BatchLane lane in optimizer.Lanes(transport.Rank == Odd ? 64 : 32))
                optimizer.AddLoss(lane.Length);
            optimizer.Step();
            return optimizer;
        },
        "batch of 64",
        "batch of 32");

    [Test]
    public void ARankThatThrowsEndsTheOthers()
    {
        string?[] ended = new string?[Size];
        InvalidOperationException? thrown = Assert.Throws<InvalidOperationException>(() => InProcessTransport.Run(Size, transport =>
        {
            if (transport.Rank == Odd)
                throw new InvalidOperationException("The data is not here.");
            ended[transport.Rank] = Assert.Throws<TransportException>(
                () => TestOptimizers.Sharded("adam", new TestTraining(), transport)).Message;
        }));
        Assert.That(thrown?.Message, Is.EqualTo("The data is not here."));
        Assert.That(ended.Where((_, rank) => rank != Odd), Is.All.EqualTo("Rank 2 has ended the job: The data is not here."));
    }

    [Test]
    public void ARankThatKeepsSilentIsNamedInTime()
    {
        string?[] ended = new string?[Size];
        var watch = Stopwatch.StartNew();
        using var done = new CountdownEvent(Size - 1);
        InProcessTransport.Run(
            Size,
            transport =>
            {
                var training = new TestTraining();
                ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
                if (transport.Rank == Odd)
                {
                    done.Wait(TimeSpan.FromSeconds(20));
                    return;
                }

                ended[transport.Rank] = Assert.Throws<TransportException>(() => training.Step(optimizer)).Message;
                done.Signal();
            },
            TimeSpan.FromSeconds(0.5));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)));
        Assert.That(ended.Where((_, rank) => rank != Odd), Is.All.EqualTo("Rank 2 has not answered for 0.5 s."));
    }

    [Test]
    public void ARankThatLeavesIsNamed()
    {
        string message = "";
        InProcessTransport.Run(2, transport =>
        {
            if (transport.Rank == 0)
                message = Assert.Throws<TransportException>(transport.Barrier).Message;
        });
        Assert.That(message, Is.EqualTo("Rank 1 has left the job, but is waited for."));
    }

    private static void Differs(Func<TestTraining, Transport, ShardedOptimizer> make, string odd, string others)
    {
        string[] messages = new string[Size];
        InProcessTransport.Run(
            Size,
            transport => messages[transport.Rank] = Assert.Throws<TransportException>(() =>
            {
                var training = new TestTraining();
                training.Step(make(training, transport));
            }).Message,
            TimeSpan.FromSeconds(20));
        Assert.That(messages, Is.All.EqualTo(messages[0]));
        Assert.That(messages[0], Does.StartWith("Rank 2 differs from rank 0: rank 2 ").And.Contain(odd).And.Contain($"{others}"));
        TestContext.Out.WriteLine(messages[0]);
    }
}
