using System.Diagnostics;

namespace TensorEngine.Distributed;

/// <summary>
/// How long another rank has been waited for. Time in which this process itself stood still (stopped, or in a machine that was
/// suspended) does not count, but for a second: the other may have answered long ago.
/// </summary>
internal struct Patience(TimeSpan timeout)
{
    private static readonly TimeSpan s_longestGlance = TimeSpan.FromSeconds(1);

    private long _glance = Stopwatch.GetTimestamp();
    private TimeSpan _waited;

    /// <summary>Whether it is at an end; to be asked at least every few milliseconds.</summary>
    public bool IsOver()
    {
        long now = Stopwatch.GetTimestamp();
        TimeSpan since = Stopwatch.GetElapsedTime(_glance, now);
        _glance = now;
        _waited += since < s_longestGlance ? since : s_longestGlance;
        return _waited > timeout;
    }
}
