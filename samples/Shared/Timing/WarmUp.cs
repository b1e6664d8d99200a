using System.Diagnostics;

namespace Samples.Shared.Timing;

/// <summary>Runs work until the runtime has compiled its final code.</summary>
public static class WarmUp
{
    /// <summary>
    /// The time this takes: after it first runs, code is compiled two more times, each after 100 ms without other compilations. A process
    /// that may use only one processor (as under taskset -c 1) waits ten times as long.
    /// </summary>
    public static TimeSpan Duration { get; } = TimeSpan.FromMilliseconds(Environment.ProcessorCount == 1 ? 5000 : 1000);

    /// <summary>Runs <paramref name="work"/> again and again for <see cref="Duration"/>.</summary>
    public static void Run(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Duration)
        {
            for (int i = 0; i < 30; i++)
                work();

            // Leaves a single core to the compiler, which works in the background.
            Thread.Sleep(1);
        }
    }
}
