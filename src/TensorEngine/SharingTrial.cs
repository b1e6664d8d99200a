using System.Numerics;

namespace TensorEngine;

/// <summary>
/// Decides which calls to share with awake helpers, for each class of call lengths. Sharing costs more than the hand-over: data moves from
/// one processor's cache to the other's, and back for the next call, which the time of a single call does not show. So the decision is made
/// by trial: series of calls with and without sharing for a class alternate, and the time of the series, including everything between the
/// calls, decides.
/// </summary>
internal struct SharingTrial
{
    /// <summary>Calls with an estimated time below this, in nanoseconds, are never shared: about the time that a hand-over takes.</summary>
    public const long Least = 3_000;

    // Classes are [3, 6), [6, 12), ... microseconds, and what is longer than the last of them is always shared.
    private const int Classes = 7;
    private const int SharedAtFirst = 2;

    private const int CallsPerRow = 64;
    private const int Rows = 8;

    // A trial does what has proved worse in half of its rows, so trials become rare while nothing changes: the rows between two are
    // twice as many each time that all classes have been tried.
    private const int LeastRest = 24;
    private const int MostRest = 64 * LeastRest;

    // What is better by less may be chance.
    private const double Better = 0.985;

    // A row that takes so much longer than the others was disturbed.
    private const double Disturbed = 1.5;

    private uint _isShared;
    private uint _seen;
    private int _class;
    private int _row;
    private int _rest;
    private int _calls;
    private long _start;
    private long _work;
    private Total _present;
    private Total _tried;

    /// <summary>Starts with a pause, because the first calls of a process are not representative.</summary>
    public SharingTrial()
    {
        _isShared = uint.MaxValue << SharedAtFirst;
        _rest = LeastRest;
        _row = -_rest;
    }

    private readonly bool IsTrying => _row >= 0 && (_row & 1) == 1;

    /// <summary>Counts a call of at least <see cref="Least"/> and returns whether to share it.</summary>
    /// <param name="now">The time at which the call begins, in nanoseconds.</param>
    /// <param name="nanoseconds">The approximate time on one thread.</param>
    /// <param name="isFirst">Whether the call begins a series, after a pause.</param>
    public bool Count(long now, long nanoseconds, bool isFirst)
    {
        // The first calls after a pause find the helpers asleep, whatever is decided.
        if (isFirst)
            _calls = -CallsPerRow;
        // Not ==: callers on several threads may pass it together.
        if (_calls >= CallsPerRow)
        {
            EndRow(now - _start);
            _calls = 0;
        }

        if (_calls++ == 0)
            (_start, _work, _seen) = (now, 0, 0);
        int length = Math.Min(BitOperations.Log2((ulong)(nanoseconds / Least)), Classes);
        _seen |= 1u << length;
        _work += Math.Min(nanoseconds, Least << (Classes + 8));
        return ((_isShared >> length & 1) != 0) != (IsTrying && length == _class);
    }

    private void EndRow(long elapsed)
    {
        if (_row < 0)
        {
            // The next class that there is; none if all calls are long.
            if (++_row == 0 && !TryNext())
                _row = -_rest;
            return;
        }

        if (!(IsTrying ? ref _tried : ref _present).Add(elapsed, _work) || ++_row < 2 * Rows)
            return;
        if (_tried.Cost < Better * _present.Cost)
        {
            _isShared ^= 1u << _class;
            _rest = LeastRest;
        }

        (_present, _tried) = (default, default);
        _row = -_rest;
    }

    private bool TryNext()
    {
        for (int i = 1; i <= Classes; i++)
        {
            int next = (_class + i) % Classes;
            if ((_seen >> next & 1) != 0)
            {
                if (next <= _class)
                    _rest = Math.Min(2 * _rest, MostRest);
                _class = next;
                return true;
            }
        }

        return false;
    }

    private struct Total
    {
        private double _elapsed;
        private double _work;

        public readonly double Cost => _elapsed / _work;

        /// <summary>Adds a series unless something disturbed it.</summary>
        public bool Add(long elapsed, long work)
        {
            if (_work > 0 && elapsed > Disturbed * Cost * work)
                return false;
            _elapsed += elapsed;
            _work += work;
            return true;
        }
    }
}
