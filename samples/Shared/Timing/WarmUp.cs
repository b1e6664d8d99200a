using System.Diagnostics;

namespace Samples.Shared.Timing;

/// <summary>Runs work until the runtime has compiled it for good.</summary>
public static class WarmUp
{
    /// <summary>
    /// How long that takes: code is compiled twice more after it first runs, each time after 100 ms in which nothing new is
    /// compiled. A process that may use one processor only (as under taskset -c 1) waits ten times as long.
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
