using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests;

/// <summary>Sharing work: each part once, by whoever is free, whatever happens to the threads.</summary>
[CancelAfter(60_000)]
public sealed class WorkersTests
{
    [Test]
    public void EveryPartIsDoneOnce([Values(1, 2, 3, 4, 16)] int threads, [Values(1, 2, 5, 64, 1000)] int parts)
    {
        using var workers = new Workers(threads);
        for (int i = 0; i < 50; i++)
        {
            int[] done = new int[parts];
            var work = new Counting(done);

            Workers.Run(workers, ref work, parts);

            Assert.That(done, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void HelpersTakeParts()
    {
        using var workers = new Workers(2);
        var work = new Meeting(new Barrier(2));

        // Neither of the two parts ends before the other one has begun.
        Workers.Run(workers, ref work, 2);

        Assert.That(work.Barrier.CurrentPhaseNumber, Is.EqualTo(1));
    }

    [Test]
    public void HelpersWakeUpAfterSleeping()
    {
        using var workers = new Workers(2, TimeSpan.Zero);
        var work = new Meeting(new Barrier(2));
        for (int i = 0; i < 20; i++)
        {
            Thread.Sleep(2);
            Workers.Run(workers, ref work, 2);
        }

        Assert.That(work.Barrier.CurrentPhaseNumber, Is.EqualTo(20));
    }

    [Test]
    public void TheCallerNeverWaitsForAThreadThatHasNotBegun()
    {
        // Threads that are counted on but never start.
        var workers = new Workers(4, null, _ => { });
        int[] done = new int[100];
        var work = new Counting(done);

        Workers.Run(workers, ref work, done.Length);

        Assert.That(done, Is.All.EqualTo(1));
    }

    [TestCase(0)]
    [TestCase(2)]
    public void WhereThreadsCannotBeStartedTheOthersDoTheWork(int startable)
    {
        int started = 0;
        using var workers = new Workers(6, null, thread =>
        {
            if (started == startable)
                throw new PlatformNotSupportedException("There are no threads here.");
            started++;
            thread.Start();
        });
        int[] done = new int[100];
        var work = new Counting(done);

        Workers.Run(workers, ref work, done.Length);

        Assert.Multiple(() =>
        {
            Assert.That(workers.ThreadCount, Is.EqualTo(startable + 1));
            Assert.That(done, Is.All.EqualTo(1));
        });
    }

    [Test]
    public void DisposalLeavesNoThreadBehind([Values(0, 1000)] int spinMicroseconds)
    {
        var threads = new List<Thread>();
        var workers = new Workers(4, TimeSpan.FromMicroseconds(spinMicroseconds), thread =>
        {
            threads.Add(thread);
            thread.Start();
        });
        int[] done = new int[100];
        var work = new Counting(done);
        Workers.Run(workers, ref work, done.Length);

        workers.Dispose();

        Assert.Multiple(() =>
        {
            Assert.That(threads, Has.Count.EqualTo(3));
            Assert.That(threads.Select(thread => thread.IsAlive), Is.All.False);
        });
    }

    [Test]
    public void AfterDisposalTheCallerWorksAlone()
    {
        var workers = new Workers(4);
        workers.Dispose();
        workers.Dispose();
        int[] done = new int[100];
        var work = new Counting(done);

        Workers.Run(workers, ref work, done.Length);

        Assert.That(done, Is.All.EqualTo(1));
    }

    [Test]
    public void WorkInsideOfWorkDoesNotDeadlock()
    {
        using var workers = new Workers(4);
        int[] done = new int[400];
        var work = new Nested(workers, done);

        Workers.Run(workers, ref work, 20);

        Assert.That(done, Is.All.EqualTo(1));
    }

    [Test]
    public void ManyCallersMayUseTheSameThreadsAtOnce()
    {
        using var workers = new Workers(3);
        int[][] done = [.. Enumerable.Range(0, 64).Select(_ => new int[100])];

        Parallel.For(0, done.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var work = new Nested(workers, done[i]);
            Workers.Run(workers, ref work, 5);
        });

        Assert.That(done, Is.All.All.EqualTo(1));
    }

    [Test]
    public void AFailureReachesTheCallerAndTheThreadsGoOn()
    {
        using var workers = new Workers(4);
        for (int i = 0; i < 20; i++)
        {
            int[] done = new int[100];
            var failing = new Counting(done[..50]);
            var sound = new Counting(done);

            Assert.Throws<IndexOutOfRangeException>(() => Workers.Run(workers, ref failing, 100));
            Workers.Run(workers, ref sound, 100);

            Assert.That(done, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void SharingAllocatesNothing()
    {
        using var workers = new Workers(2);
        int[] done = new int[100];
        long least = long.MaxValue;

        // All threads' allocations are counted, the test runner's among them, which are not made all the time.
        for (int attempt = 0; attempt < 20 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 100; i++)
            {
                var work = new Counting(done);
                Workers.Run(workers, ref work, done.Length);
            }

            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.That(least, Is.Zero);
    }

    [Test]
    public void RefusesWhatMakesNoSense()
    {
        Refusal.OfArgument<ArgumentOutOfRangeException>("threadCount", () => GC.KeepAlive(new Workers(0)), "0", "at least 1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("spinTime", () => GC.KeepAlive(new Workers(2, TimeSpan.FromTicks(-1))), "negative");
    }

    private readonly struct Counting(int[] done) : IWork
    {
        public void Run(int part) => Interlocked.Increment(ref done[part]);
    }

    private readonly struct Meeting(Barrier barrier) : IWork
    {
        public Barrier Barrier => barrier;

        public void Run(int part) => barrier.SignalAndWait();
    }

    /// <summary>Each part shares the counting of its own stretch.</summary>
    private readonly struct Nested(Workers workers, int[] done) : IWork
    {
        private const int Stretch = 20;

        public void Run(int part)
        {
            var inner = new Stretched(done, part * Stretch);
            Workers.Run(workers, ref inner, Stretch);
        }
    }

    private readonly struct Stretched(int[] done, int start) : IWork
    {
        public void Run(int part) => Interlocked.Increment(ref done[start + part]);
    }
}
