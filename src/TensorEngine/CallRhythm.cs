using System.Diagnostics;

namespace TensorEngine;

/// <summary>
/// What helper threads learn from the calls they help with: how long to look for the next call, and whether waking them pays. The caller
/// writes it; a reader on another thread may see the value of the previous call, which only makes that thread late.
/// </summary>
internal struct CallRhythm
{
    // Helpers look for work for this many times the longest pause of late between calls, but for no less than the second.
    private const int Pauses = 4;
    private const long LeastSpin = 50_000;

    // Waking may take a twentieth of the time that it is to shorten.
    private const int WorkPerRing = 20;
    private const long LeastRing = 2_000;
    private const long MostRing = 60_000;

    private static readonly double s_nanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly long _mostSpin;
    private long _end;
    private long _pause;
    private long _ring;
    private long _alone;
    private SharingTrial _trial = new();

    /// <summary>Starts without knowledge: helpers look for work for the longest allowed time.</summary>
    /// <param name="now">The time, in nanoseconds.</param>
    /// <param name="mostSpin">The longest time, in nanoseconds, that helpers look for work at full load.</param>
    public CallRhythm(long now, long mostSpin)
    {
        _mostSpin = mostSpin;
        _pause = mostSpin / Pauses;
        _ring = MostRing / 2;
        _end = now;
    }

    /// <summary>The time, in nanoseconds.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * s_nanosecondsPerTick);

    /// <summary>The time until which helpers look for the next call.</summary>
    public readonly long LooksUntil =>
        Volatile.Read(in _end) + Math.Min(_mostSpin, Math.Max(LeastSpin, Pauses * Volatile.Read(in _pause)));

    /// <summary>Records that a call begins, and returns whether sharing it with awake helpers pays.</summary>
    /// <param name="now">The time, in nanoseconds.</param>
    /// <param name="nanoseconds">The approximate time on one thread, at least <see cref="SharingTrial.Least"/>.</param>
    public bool Begin(long now, long nanoseconds)
    {
        long pause = Math.Max(0, now - _end);
        bool isFirst = pause > _mostSpin;
        if (isFirst)
        {
            _pause /= 2;
            _alone = 0;
        }
        else
        {
            // The longest pause of a repeated row of calls is met again before it is forgotten.
            _pause = Math.Max(pause, _pause - _pause / 32);
        }

        _end = now + Math.Min(nanoseconds, long.MaxValue / 4);
        return _trial.Count(now, nanoseconds, isFirst);
    }

    /// <summary>Records that a shared call has ended.</summary>
    /// <param name="now">The time, in nanoseconds.</param>
    public void End(long now) => Volatile.Write(ref _end, now);

    /// <summary>
    /// Returns whether to wake sleeping helpers for a call: if the call, with the unshared work shortly before it, takes many times as long
    /// as waking. So a caller that comes rarely loses next to nothing, and one that soon comes again finds the helpers awake.
    /// </summary>
    /// <param name="nanoseconds">The approximate time on one thread.</param>
    public bool IsWorthWaking(long nanoseconds)
    {
        _alone += Math.Min(nanoseconds, WorkPerRing * MostRing);
        if (_alone < WorkPerRing * _ring)
            return false;
        _alone = 0;
        return true;
    }

    /// <summary>Records how long waking took the caller, in nanoseconds.</summary>
    public void Rang(long nanoseconds) => _ring += (Math.Clamp(nanoseconds, LeastRing, MostRing) - _ring) / 4;
}
