using System.Diagnostics;

namespace TensorEngine.Distributed;

/// <summary>
/// Measures how long this rank has waited for another. While this process itself is stopped or its machine suspended, at most a second
/// counts, because the other rank may have answered long ago.
/// </summary>
internal struct Patience(TimeSpan timeout)
{
    private static readonly TimeSpan s_longestGlance = TimeSpan.FromSeconds(1);

    private long _glance = Stopwatch.GetTimestamp();
    private TimeSpan _waited;

    /// <summary>Determines whether the time is up; call it at least every few milliseconds.</summary>
    public bool IsOver()
    {
        long now = Stopwatch.GetTimestamp();
        TimeSpan since = Stopwatch.GetElapsedTime(_glance, now);
        _glance = now;
        _waited += since < s_longestGlance ? since : s_longestGlance;
        return _waited > timeout;
    }
}
