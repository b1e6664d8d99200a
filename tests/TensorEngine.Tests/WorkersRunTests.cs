using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests;

/// <summary>Loops of the caller's own on the threads: <c>Workers.Run</c>.</summary>
[CancelAfter(60_000)]
public sealed class WorkersRunTests
{
    [Test]
    public void ALoopOfTheCallersCallsEachNumberOnce(
        [Values(1, 2, 3, 16)] int threads, [Values(0, 1, 2, 7, 1000)] int count, [Values(0, 100, double.PositiveInfinity)] double each)
    {
        using var workers = new Workers(threads);
        int[] done = new int[count];

        workers.Run(count, i => Interlocked.Increment(ref done[i]), each);

        Assert.That(done, Is.All.EqualTo(1));
    }

    [Test]
    public void ALoopMayHaveSpansAndUseTheThreadsAgain()
    {
        using var workers = new Workers(3) { ShareAll = true };
        Span<int> done = stackalloc int[50];

        workers.Run(done.Length, new Marking(workers, done));

        Assert.That(done.ToArray(), Is.All.EqualTo(2));
    }

    [Test]
    public void HelpersTakePartsOfALoop()
    {
        using var workers = new Workers(2);
        using var barrier = new Barrier(2);

        workers.Run(2, _ => barrier.SignalAndWait());

        Assert.That(barrier.CurrentPhaseNumber, Is.EqualTo(1));
    }

    [Test]
    public void AnExceptionInALoopReachesTheCaller([Values(1, 4)] int threads)
    {
        using var workers = new Workers(threads);

        Assert.That(
            () => workers.Run(100, i => throw new InvalidOperationException($"This is {i}.")),
            Throws.InvalidOperationException.With.Message.StartsWith("This is"));
    }

    [Test]
    public void ALoopAllocatesNothing()
    {
        using var workers = new Workers(2);
        int[] done = new int[100];
        Action<int> body = i => Interlocked.Increment(ref done[i]);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 20 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 100; i++)
                workers.Run(done.Length, body);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.That(least, Is.Zero);
    }

    [Test]
    public void RefusesLoopsThatMakeNoSense()
    {
        using var workers = new Workers(2);
        Refusal.OfArgument<ArgumentNullException>("body", () => workers.Run(1, null!));
        Refusal.OfArgument<ArgumentOutOfRangeException>("count", () => workers.Run(-1, _ => { }), "-1", "at least 0");
        Refusal.OfArgument<ArgumentOutOfRangeException>("nanosecondsEach", () => workers.Run(1, _ => { }, -1), "-1", "negative");
        Refusal.OfArgument<ArgumentOutOfRangeException>("nanosecondsEach", () => workers.Run(1, _ => { }, double.NaN), "NaN");
    }

    private readonly ref struct Marking(Workers workers, Span<int> done) : IWork
    {
        private readonly Span<int> _done = done;

        public void Run(int part)
        {
            int[] inside = new int[2];
            workers.Run(2, i => inside[i] = 1);
            _done[part] += inside.Sum();
        }
    }
}
