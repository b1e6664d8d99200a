using System.Diagnostics;

namespace Digits.Training;

/// <summary>How long steps took. The median is little moved by the compiler's warm-up and by what else the machine does.</summary>
/// <param name="capacity">The number of steps.</param>
public sealed class StepTimes(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private int _count;

    /// <summary>Notes a step, in ticks of <see cref="Stopwatch"/>.</summary>
    public void Add(long ticks) => _ticks[_count++] = ticks;

    /// <summary>The median so far, in microseconds; 0 without any step.</summary>
    public double MedianMicroseconds()
    {
        if (_count == 0)
            return 0;
        long[] sorted = [.. _ticks.AsSpan(0, _count)];
        Array.Sort(sorted);
        double ticks = (sorted[(_count - 1) / 2] + sorted[_count / 2]) / 2.0;
        return ticks * 1e6 / Stopwatch.Frequency;
    }
}
