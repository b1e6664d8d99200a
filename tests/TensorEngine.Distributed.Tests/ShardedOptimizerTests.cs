using System.Collections.Concurrent;
using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Tests;

public sealed class ShardedOptimizerTests
{
    private const int Steps = 4;

    private static readonly ConcurrentDictionary<string, string> s_single = new(StringComparer.Ordinal);

    [Test]
    public void BitsAreThoseOfOneProcess(
        [ValueSource(typeof(TestOptimizers), nameof(TestOptimizers.Names))] string name, [Values(2, 4, 8, 16)] int size)
    {
        string expected = s_single.GetOrAdd(name, one => Digests(one, 1)[0]);
        Assert.That(Digests(name, size), Is.All.EqualTo(expected));
    }

    [Test]
    public void ThreadsChangeNothing([Values(1, 2)] int size)
    {
        using var workers = new Workers(3);
        string expected = s_single.GetOrAdd("clipped", one => Digests(one, 1)[0]);
        string[] digests = new string[size];
        InProcessTransport.Run(size, transport =>
        {
            var training = new TestTraining(workers);
            ShardedOptimizer optimizer = TestOptimizers.Sharded("clipped", training, transport);
            optimizer.Optimizer.Workers = workers;
            digests[transport.Rank] = Train(training, optimizer, Steps);
        });
        Assert.That(digests, Is.All.EqualTo(expected));
    }

    /// <summary>With one lane nothing is different from the optimizer alone.</summary>
    [Test]
    public void OneLaneGivesTheBitsOfTheOptimizerAlone(
        [ValueSource(typeof(TestOptimizers), nameof(TestOptimizers.Names))] string name)
    {
        var alone = new TestTraining();
        Optimizer optimizer = TestOptimizers.Make(name, TestOptimizers.Chosen(name, alone));
        for (int step = 0; step < Steps; step++)
        {
            alone.Store.ClearGradients();
            alone.Backward();
            optimizer.Step();
        }

        (optimizer as ScheduleFreeAdamW)?.UseEvaluationValues();
        string digest = "";
        InProcessTransport.Run(1, transport =>
        {
            var training = new TestTraining();
            digest = Train(training, TestOptimizers.Sharded(name, training, transport, lanes: 1), Steps);
        });
        Assert.That(digest, Is.EqualTo(alone.Digest()));
        Assert.That(digest, Is.Not.EqualTo(s_single.GetOrAdd(name, one => Digests(one, 1)[0])), "Another order has other bits.");
    }

    [Test]
    public void NormsAndLossesAreThoseOfOneProcess([Values(2, 8)] int size)
    {
        (StepResult, double)[] expected = [.. Results(1)[0]];
        foreach ((StepResult, double)[] results in Results(size))
            Assert.That(results, Is.EqualTo(expected));
        Assert.That(expected, Has.None.Matches<(StepResult Result, double Loss)>(one => one.Result.GradientNorm is null or 0 || one.Loss <= 0));
    }

    [Test]
    public void AStepWithoutFiniteGradientsIsSkippedByAll([Values(1, 4)] int size, [Values(0, 3)] int rank)
    {
        StepResult[] results = new StepResult[size];
        bool[] changed = new bool[size];
        InProcessTransport.Run(size, transport =>
        {
            var training = new TestTraining();
            ShardedOptimizer optimizer = TestOptimizers.Sharded("clipped", training, transport);
            training.Step(optimizer);
            float[] before = training.Store.Values.ToArray();
            foreach (BatchLane lane in optimizer.Lanes(TestTraining.BatchSize))
            {
                if (lane.Index == rank)
                    training.Store["last.bias"].Gradients[2] = float.PositiveInfinity;
            }

            results[transport.Rank] = optimizer.Step();
            changed[transport.Rank] = !training.Store.Values.SequenceEqual(before) || training.Store.Gradients.ContainsAnyExcept(0f)
                || optimizer.Optimizer.StepCount(training.Store["last.bias"]) != 1;
        });
        Assert.That(results, Is.All.EqualTo(new StepResult(false, double.PositiveInfinity)));
        Assert.That(changed, Is.All.False);
    }

    [Test]
    public void FrozenParametersStayAndTheOthersHaveTheSameBits([Values(2, 4)] int size)
    {
        string[] alone = Frozen(1), several = Frozen(size);
        Assert.That(several, Is.All.EqualTo(alone[0]));

        static string[] Frozen(int size)
        {
            string[] digests = new string[size];
            InProcessTransport.Run(size, transport =>
            {
                var training = new TestTraining();
                ShardedOptimizer optimizer = TestOptimizers.Sharded("clipped", training, transport);
                training.Step(optimizer);
                training.Store["first.bias"].Trainable = false;
                float[] bias = training.Store["first.bias"].Values.ToArray();
                Train(training, optimizer, 2);
                Assert.That(training.Store["first.bias"].Values.ToArray(), Is.EqualTo(bias));
                training.Store["first.bias"].Trainable = true;
                digests[transport.Rank] = Train(training, optimizer, 2);
            });
            return digests;
        }
    }

    [Test]
    public void StateIsThatOfThePart([Values("adam", "lamb", "lars")] string name, [Values(2, 4)] int size)
    {
        int[] elements = new int[size];
        InProcessTransport.Run(size, transport =>
        {
            var training = new TestTraining();
            Optimizer optimizer = TestOptimizers.Sharded(name, training, transport).Optimizer;
            foreach (Parameter parameter in optimizer.Parameters)
                elements[transport.Rank] += optimizer.State(parameter, optimizer.StateNames[0]).Length;
        });
        int all = new TestTraining().Weights.Sum(parameter => parameter.Length);
        Assert.That(elements.Sum(), Is.EqualTo(all));
        Assert.That(elements.Max(), Is.LessThanOrEqualTo(all / size + 4096 + 16));
    }

    [Test]
    public void AStepAllocatesNothing([Values("clipped", "lamb", "lars clamped")] string name, [Values(1, 2)] int size)
    {
        long[] allocated = new long[size];
        InProcessTransport.Run(size, transport =>
        {
            var training = new TestTraining();
            ShardedOptimizer optimizer = TestOptimizers.Sharded(name, training, transport);
            for (int step = 0; step < 3; step++)
                training.Step(optimizer);
            long least = long.MaxValue;
            for (int round = 0; round < 3; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int step = 0; step < 5; step++)
                    training.Step(optimizer);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            allocated[transport.Rank] = least;
        });
        Assert.That(allocated, Is.All.Zero);
    }

    [Test]
    public void VolumeIsAsReckoned([Values(1, 2, 4, 8)] int size)
    {
        long[] sent = new long[size];
        int[] trainable = new int[size];
        InProcessTransport.Run(size, transport =>
        {
            var training = new TestTraining();
            ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
            training.Step(optimizer);
            long before = transport.BytesSent;
            training.Step(optimizer);
            sent[transport.Rank] = transport.BytesSent - before;
            foreach (Segment segment in optimizer.Optimizer.Shard!.Segments)
                trainable[transport.Rank] += segment.Length;
        });

        // Each rank's header of 64 bytes, and the running statistics: twice 101 floats and a counter, padded nowhere.
        long beside = size * (size - 1L) * (64 + 4 * 203);
        Assert.That(sent.Sum(), Is.EqualTo(2 * (size - 1) * 4L * trainable[0] + beside));
    }

    internal static string Train(TestTraining training, ShardedOptimizer optimizer, int steps)
    {
        for (int step = 0; step < steps; step++)
            training.Step(optimizer);
        if (optimizer.Optimizer is ScheduleFreeAdamW scheduleFree)
        {
            scheduleFree.UseEvaluationValues();
            optimizer.GatherValues();
        }

        string digest = training.Digest();
        (optimizer.Optimizer as ScheduleFreeAdamW)?.UseTrainingValues();
        return digest;
    }

    private static string[] Digests(string name, int size)
    {
        string[] digests = new string[size];
        InProcessTransport.Run(size, transport =>
        {
            var training = new TestTraining();
            digests[transport.Rank] = Train(training, TestOptimizers.Sharded(name, training, transport), Steps);
        });
        return digests;
    }

    private static (StepResult, double)[][] Results(int size)
    {
        (StepResult, double)[][] results = new (StepResult, double)[size][];
        InProcessTransport.Run(size, transport =>
        {
            var training = new TestTraining();
            ShardedOptimizer optimizer = TestOptimizers.Sharded("clipped", training, transport);
            results[transport.Rank] = [.. Enumerable.Range(0, Steps).Select(_ => (training.Step(optimizer), training.LastLoss))];
        });
        return results;
    }
}
