using System.CommandLine;
using System.Diagnostics;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The command <c>threads</c>: steps of Adam by two threads beside one at every size, called again and again and after a pause, and
/// past the caches beside the limit loop.
/// </summary>
internal static class ThreadsCommand
{
    private const double NoSlower = 1.05;
    private const double Limit = 1.08;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    public static Command Create() => SessionCommand.Create(
        "threads",
        "Two threads",
        "Compare two threads with one at every size, warm and after a pause, and one and two with the limit",
        Run,
        pairs: 61);

    private static void Run(PeerSession session, string python)
    {
        using var workers = new Workers(2);
        foreach (int kilo in (int[])[1, 4, 16, 64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10])
        {
            string size = kilo >= 1024 ? $"{kilo >> 10} M" : $"{kilo} K";
            Compare(session, workers, size, kilo << 10);
        }

        Norm(session, workers);
    }

    private static void Compare(PeerSession session, Workers workers, string size, int length)
    {
        string work = $"Adam, {size} elements, two threads";
        string alone = $"Adam, {size} elements, one thread";
        if (!session.Wants(work) && !session.Wants(alone))
            return;

        // Of their own memory each, as the threads' caches keep their parts of it from step to step.
        Adam oneThread = Make(length, null), twoThreads = Make(length, workers);
        Action one = () => oneThread.Step(), two = () => twoThreads.Step();
        session.Compare(work, "one thread", NoSlower, AlternatingPairs.Timed(two), AlternatingPairs.Timed(one), length);
        session.Compare($"{work}, after 5 ms", "one thread", NoSlower, AfterPause(two), AfterPause(one), length);
        if (length < 16 << 20)
            return;
        using var limit = new StepBuffers(length);
        session.Compare(alone, "limit loop", Limit, AlternatingPairs.Timed(one), AlternatingPairs.Timed(() => LimitLoop.Run(limit, 2)), length);
        session.Compare(
            work, "limit loop, two threads", Limit, AlternatingPairs.Timed(two), AlternatingPairs.Timed(() => LimitLoop.Run(limit, 2, workers: workers)), length);
    }

    private static void Norm(PeerSession session, Workers workers)
    {
        const int Length = 16 << 20;
        const string Work = "global norm, 16 M gradients";
        if (!session.Wants(Work))
            return;
        float[] gradients = new float[Length];
        gradients.AsSpan().Fill(1e-3f);
        TimedWork alone = AlternatingPairs.Timed(() => Numerics.Reduction.SquaredNorm(gradients));
        session.Compare(Work, "reading them", 1.10, alone, AlternatingPairs.Timed(() => ReadLimit.Run(gradients)), Length);
        session.Compare(
            $"{Work}, two threads", "one thread", NoSlower, AlternatingPairs.Timed(() => Numerics.Reduction.SquaredNorm(gradients, workers)), alone, Length);
    }

    private static Adam Make(int length, Workers? workers)
    {
        var store = new ParameterStore();
        store.Add("weight", [length]);
        store.Freeze();
        using var buffers = new StepBuffers(length);
        buffers.Values.CopyTo(store.Values);
        buffers.Gradients.CopyTo(store.Gradients);
        return new Adam(store) { Workers = workers };
    }

    // The helpers are asleep by then, and so is the other core.
    private static TimedWork AfterPause(Action work) => repeats =>
    {
        double total = 0;
        for (int i = 0; i < Math.Min(repeats, 20); i++)
        {
            Thread.Sleep(s_pause);
            long start = Stopwatch.GetTimestamp();
            work();
            total += Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        }

        return total * repeats / Math.Min(repeats, 20);
    };
}
