using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The command <c>threads</c>: what threads share beside the same by one, called again and again and after a pause, and past the caches
/// beside the limit loop; and what the helpers take of the processors while nobody calls.
/// </summary>
internal static class ThreadsCommand
{
    private const double NoSlower = 1.05;
    private const double Limit = 1.08;
    private const int CallsAfterPauses = 20;
    private static readonly TimeSpan s_lead = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    private static readonly Option<int> s_count = new("--count")
    {
        Description = "The number of threads, including the calling thread",
        DefaultValueFactory = _ => 2,
    };

    public static Command Create() => SessionCommand.Create(
        "threads",
        "Threads",
        "Compare several threads with one at every size, in successive calls and after a pause, and both with the limit",
        (session, parsed) => Run(session, parsed.GetRequiredValue(s_count)),
        pairs: 61,
        s_count);

    private static void Run(PeerSession session, int count)
    {
        CoreDistance.Run(session);
        using var workers = new Workers(count);
        string threads = count == 2 ? "two threads" : $"{count} threads";
        SharedWork same = SharedWork.All().Single(work => string.Equals(work.Name, "Adam, 64 K elements", StringComparison.Ordinal));
        Compare(session, $"{same.Name}, one thread", "one thread", null, same.Make(null), same.Make(null));
        foreach (SharedWork work in SharedWork.All())
        {
            if (!session.Wants(work.Name))
                continue;
            // Threads of their own, which have learned from nothing else.
            using var learning = new Workers(count);
            // Of their own memory each, as the threads' caches keep their parts of it from call to call.
            Action shared = work.Make(learning), alone = work.Make(null);
            Compare(session, $"{work.Name}, {threads}", "one thread", count == 2 ? work.AtMost : null, shared, alone);
            using (var copies = new Copies([.. Enumerable.Range(0, count).Select(_ => work.Make(null))]))
                session.Compare($"{work.Name}, {count} copies at once, each", "one copy", null, copies.Each, OneAfterTheOther(alone));
            session.Compare($"{work.Name}, {threads}, after 5 ms", "one thread", NoSlower, AfterPause(shared), AfterPause(alone));
        }

        session.Compare(
            $"{same.Name}, one thread, after 5 ms", "one thread", null, AfterPause(same.Make(null)), AfterPause(same.Make(null)));
        foreach (int kilo in (int[])[4 << 10, 16 << 10, 64 << 10])
            PastCaches(session, workers, threads, $"Adam, {SharedWork.Size(kilo)}", kilo << 10);
        Norm(session, workers, threads);
        Idleness(session, workers);
    }

    private static void Compare(PeerSession session, string work, string peer, double? atMost, Action ours, Action theirs) =>
        session.Compare(work, peer, atMost, OneAfterTheOther(ours), OneAfterTheOther(theirs));

    // As in a training loop: the calls before the sample have told the helpers that more will come.
    private static TimedWork OneAfterTheOther(Action work) => repeats =>
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_lead;)
            work();
        return AlternatingPairs.Timed(work)(repeats);
    };

    // On the same memory, whose place makes more of a difference than the threads.
    private static void PastCaches(PeerSession session, Workers workers, string threads, string name, int length)
    {
        if (!session.Wants(name))
            return;
        Adam adam = SharedWork.Optimizer(length);
        Action one = () => Step(null), all = () => Step(workers);
        Compare(session, $"{name}, one thread", "one thread", null, one, one);
        Compare(session, $"{name}, {threads}", "one thread", NoSlower, all, one);
        session.Compare($"{name}, {threads}, after 5 ms", "one thread", NoSlower, AfterPause(all), AfterPause(one));
        if (length < 16 << 20)
            return;
        using var limit = new StepBuffers(length);
        Compare(session, $"{name}, one thread", "limit loop", Limit, one, () => LimitLoop.Run(limit, 2));
        Compare(session, $"{name}, {threads}", $"limit loop, {threads}", Limit, all, () => LimitLoop.Run(limit, 2, workers: workers));

        void Step(Workers? with)
        {
            adam.Workers = with;
            adam.Step();
        }
    }

    private static void Norm(PeerSession session, Workers workers, string threads)
    {
        const int Length = 16 << 20;
        const string Work = "global norm, 16 M gradients";
        if (!session.Wants(Work))
            return;
        float[] gradients = new float[Length];
        gradients.AsSpan().Fill(1e-3f);
        Action alone = () => Numerics.Reduction.SquaredNorm(gradients);
        Compare(session, Work, "reading them", 1.10, alone, () => ReadLimit.Run(gradients));
        Compare(session, $"{Work}, {threads}", "one thread", NoSlower, () => Numerics.Reduction.SquaredNorm(gradients, workers), alone);
    }

    // What the process takes of the processors while a caller sleeps between its calls, and what a process takes in which nobody calls.
    private static void Idleness(PeerSession session, Workers workers)
    {
        const string Work = "processor time";
        if (!session.Wants(Work))
            return;
        Adam adam = SharedWork.Optimizer(4 << 20);
        foreach (Workers? with in (Workers?[])[null, workers])
        {
            adam.Workers = with;
            Note(with is null ? "one thread, 4 M elements of Adam every 50 ms" : "threads, 4 M elements of Adam every 50 ms", () =>
            {
                for (int i = 0; i < 40; i++)
                {
                    adam.Step();
                    Thread.Sleep(50);
                }
            });
        }

        foreach (int count in (int[])[0, workers.ThreadCount])
            Add(count == 0 ? "a process that sleeps after work without threads" : "a process that sleeps after shared work", IdleProcess.OfFresh(count));

        void Note(string what, Action action)
        {
            using var process = Process.GetCurrentProcess();
            (TimeSpan before, long start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
            action();
            process.Refresh();
            Add(what, (process.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(start));
        }

        void Add(string what, double share) =>
            session.Note(string.Create(CultureInfo.InvariantCulture, $"{Work}, {what}: {100 * share:0.00}% of one processor"));
    }

    // The helpers are asleep by then, and so is the other core. The median, as a pause ends anywhere in what else the machine does.
    private static TimedWork AfterPause(Action work) => repeats =>
    {
        double[] times = new double[Math.Min(repeats, CallsAfterPauses)];
        for (int i = 0; i < times.Length; i++)
        {
            Thread.Sleep(s_pause);
            long start = Stopwatch.GetTimestamp();
            work();
            times[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        }

        return new Quartiles(times).Median * repeats;
    };
}
