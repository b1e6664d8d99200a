using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Samples.Shared.Timing;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// What a process takes of the processors while it sleeps, after work that it has shared: a process of its own, in which nothing else runs
/// than the runtime and the helpers.
/// </summary>
internal static class IdleProcess
{
    private const int Length = 1 << 20;
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(5);

    private static readonly Option<int> s_threads = new("--threads")
    {
        Description = "How many threads share the work before; 0 for work without threads",
        DefaultValueFactory = _ => 2,
    };

    public static Command Create()
    {
        var command = new Command("idle", "Print what this process takes of a processor while it sleeps for five seconds, after work") { s_threads };
        command.SetAction(parsed => Console.WriteLine(Measured(parsed.GetValue(s_threads)).ToString("R", CultureInfo.InvariantCulture)));
        return command;
    }

    /// <summary>The share of one processor that a fresh process takes.</summary>
    public static double OfFresh(int threads) => double.Parse(
        FreshProcess.Output("idle", s_threads.Name, threads.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    private static double Measured(int threads)
    {
        using Workers? workers = threads > 0 ? new Workers(threads) : null;
        Adam adam = SharedWork.Optimizer(Length);
        adam.Workers = workers;
        WarmUp.Run(() => adam.Step());
        // What the runtime does about code that has just become hot is no part of idleness.
        Thread.Sleep(TimeSpan.FromSeconds(1));

        using var process = Process.GetCurrentProcess();
        (TimeSpan before, long start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        Thread.Sleep(s_rest);
        process.Refresh();
        return (process.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(start);
    }
}
