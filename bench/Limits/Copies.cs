using System.Diagnostics;
using Samples.Shared.Timing;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// Copies of some work at the same time, each on a thread and on memory of its own, which hand nothing over: what threads can gain at
/// the best on this machine, whose processors share caches, memory and perhaps arithmetic.
/// </summary>
internal sealed class Copies : IDisposable
{
    private static readonly TimeSpan s_lead = TimeSpan.FromMilliseconds(3);

    private readonly Action[] _copies;
    private readonly Thread[] _threads;
    private readonly Barrier _barrier;
    private int _repeats;
    private bool _ended;

    /// <summary>Starts the threads, which sleep.</summary>
    /// <param name="copies">The work, once for each thread; the calling one does the first.</param>
    public Copies(Action[] copies)
    {
        _copies = copies;
        _barrier = new Barrier(copies.Length);
        _threads = [.. copies.Skip(1).Select(copy => new Thread(() => Serve(copy)) { IsBackground = true })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>The time of all copies together, divided by their number.</summary>
    public TimedWork Each => repeats =>
    {
        _repeats = repeats;
        _barrier.SignalAndWait();
        return Timed(_copies[0]) / _copies.Length;
    };

    public void Dispose()
    {
        _ended = true;
        _barrier.SignalAndWait();
        foreach (Thread thread in _threads)
            thread.Join();
        _barrier.Dispose();
    }

    private void Serve(Action copy)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_ended)
                return;
            _ = Timed(copy);
        }
    }

    // All are awake and at work before the time begins, and until the last one ends.
    private double Timed(Action copy)
    {
        for (long lead = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(lead) < s_lead;)
            copy();
        _barrier.SignalAndWait();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < _repeats; i++)
            copy();
        _barrier.SignalAndWait();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
