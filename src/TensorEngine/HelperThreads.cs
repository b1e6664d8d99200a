using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TensorEngine;

/// <summary>
/// The threads behind <see cref="Workers"/>: they look for parts of the work that one caller at a time offers, and sleep when there is no
/// more.
/// </summary>
internal sealed class HelperThreads : IDisposable
{
    // How often helpers look for work before they look at the clock, and how long before they look at what the caller last did.
    private const int LooksPerClock = 16;
    private const long LooksNanoseconds = 20_000;
    private const int LooksBeforeYielding = 2_000;

    // Looks that are so far apart, and a yield that takes so long, had another thread between them.
    private const long DisturbedNanoseconds = 50_000;
    private const long YieldNanoseconds = 10_000;
    private const int TurnsOfOthers = 3;

    private readonly Thread[] _threads;
    private readonly AutoResetEvent _bell = new(false);
    private Shared _shared;

    /// <summary>Starts as many threads as the system allows.</summary>
    /// <param name="count">The number of threads to start.</param>
    /// <param name="mostSpin">The longest time that they look for work, in nanoseconds.</param>
    /// <param name="start">Starts a thread.</param>
    public HelperThreads(int count, long mostSpin, Action<Thread> start)
    {
        _shared.Rhythm = new CallRhythm(CallRhythm.Now, mostSpin);
        _threads = [.. StartHelpers(count, start)];
    }

    public int Count => _threads.Length;

    /// <summary>Whether a caller's work is in progress.</summary>
    public bool AreInUse => Volatile.Read(ref _shared.InUse);

    /// <summary>Reserves the threads for a caller, unless they are in use.</summary>
    // Not a lock: the thread that uses them may come back from inside its own work, and is then one too many, too.
    public bool TryUse() => !Interlocked.Exchange(ref _shared.InUse, true);

    public void StopUsing() => Volatile.Write(ref _shared.InUse, false);

    /// <summary>
    /// Returns whether to share a call of the given approximate time on one thread: whether a helper is awake, or waking one pays.
    /// </summary>
    public bool AreWorth(long nanoseconds) =>
        _shared.Rhythm.Begin(CallRhythm.Now, nanoseconds)
        && (Volatile.Read(ref _shared.Asleep) < _threads.Length || _shared.Rhythm.IsWorthWaking(nanoseconds));

    /// <summary>Stops the threads and waits until they have ended. The caller has reserved them and keeps them reserved.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _shared.Ended, true);
        _bell.Set();
        foreach (Thread thread in _threads)
            thread.Join();
        _bell.Dispose();
    }

    /// <summary>Runs all parts on the calling thread, which has reserved the threads, and on every helper that is free.</summary>
    public unsafe void Share<TWork>(scoped ref TWork work, int parts)
        where TWork : struct, IWork, allows ref struct
    {
        // The work lies on this thread's stack, which it does not leave before the last part is done.
        _shared.Work = Unsafe.AsPointer(ref work);
        _shared.RunPart = &RunPart<TWork>;
        _shared.Done = 0;
        // From here on helpers take parts: a full fence on either side of this write, and of theirs to Asleep. The caller takes parts
        // from the end, the first one with this write, and the helpers from the start: with two threads each finds its own part of the
        // data in its cache from call to call.
        Interlocked.Exchange(ref _shared.Parts, Pack(0, parts - 1));
        int asleep = Volatile.Read(ref _shared.Asleep);
        if (asleep > 0 && parts > _threads.Length + 1 - asleep)
            Ring();
        // It counts its own parts by itself: the line that has the count is in a helper's cache by then, as a rule.
        int others = parts - TakeParts(parts - 1, fromEnd: true);
        int looks = 0;
        var wait = default(SpinWait);
        while (Volatile.Read(ref _shared.Done) < others)
        {
            if (looks++ < LooksBeforeYielding)
                Thread.SpinWait(1);
            else
                wait.SpinOnce(sleep1Threshold: -1);
        }

        _shared.Rhythm.End(CallRhythm.Now);
        if (_shared.Failure is { } failure)
        {
            _shared.Failure = null;
            failure.Throw();
        }
    }

    private static unsafe void RunPart<TWork>(void* work, int part)
        where TWork : struct, IWork, allows ref struct => Unsafe.AsRef<TWork>(work).Run(part);

    // Wakes one helper, which wakes others: the caller pays for one, however many there are.
    private void Ring()
    {
        long start = CallRhythm.Now;
        _bell.Set();
        _shared.Rhythm.Rang(CallRhythm.Now - start);
    }

    private void Help()
    {
        long until = 0, looked = long.MaxValue;
        for (int looks = 1; ; looks++)
        {
            if (TryTake(fromEnd: false, out int part))
            {
                Interlocked.Add(ref _shared.Done, TakeParts(part, fromEnd: false));
                looked = CallRhythm.Now;
                until = looked + LooksNanoseconds;
                continue;
            }

            Thread.SpinWait(1);
            if (looks % LooksPerClock != 0)
                continue;
            if (Volatile.Read(ref _shared.Ended))
                break;
            long now = CallRhythm.Now;
            if (now - looked > DisturbedNanoseconds)
                LeaveToOthers();
            looked = now;
            if (now > until && now > (until = _shared.Rhythm.LooksUntil))
            {
                Sleep();
                LeaveToOthers();
            }
        }

        _bell.Set();
    }

    private void Sleep()
    {
        Interlocked.Increment(ref _shared.Asleep);
        // Once: the call that rings may be over by then, and is to find somebody awake when it comes again.
        if (!Volatile.Read(ref _shared.Ended) && IsEmpty(Volatile.Read(ref _shared.Parts)))
            _bell.WaitOne();
        // Two more, and these two each: so all are awake after as many wakes in a row as their number has binary digits.
        for (int asleep = Math.Min(2, Interlocked.Decrement(ref _shared.Asleep)); asleep > 0; asleep--)
            _bell.Set();
    }

    // A helper that has just been woken is often put on the caller's processor, where it would take the caller's time, and on a busy
    // machine anybody's: it begins nothing for some turns of the others, until it has a processor for itself, where yielding returns at
    // once.
    private static void LeaveToOthers()
    {
        long before = CallRhythm.Now;
        for (int turn = 0; turn < TurnsOfOthers; turn++)
        {
            Thread.Yield();
            long after = CallRhythm.Now;
            if (after - before < YieldNanoseconds)
                break;
            before = after;
        }
    }

    // Does a part and what else can be taken, and says how many. Whoever has taken a part may read what the work is: its caller waits
    // for that part.
    private unsafe int TakeParts(int part, bool fromEnd)
    {
        int done = 0;
        do
        {
            try
            {
                _shared.RunPart(_shared.Work, part);
            }
            catch (Exception exception)
            {
                _shared.Failure = ExceptionDispatchInfo.Capture(exception);
            }

            done++;
        }
        while (TryTake(fromEnd, out part));
        return done;
    }

    private bool TryTake(bool fromEnd, out int part)
    {
        long seen = Volatile.Read(ref _shared.Parts);
        while (!IsEmpty(seen))
        {
            (int first, int end) = ((int)(seen >> 32), (int)seen);
            part = fromEnd ? end - 1 : first;
            long rest = fromEnd ? Pack(first, end - 1) : Pack(first + 1, end);
            long before = Interlocked.CompareExchange(ref _shared.Parts, rest, seen);
            if (before == seen)
                return true;
            seen = before;
        }

        part = 0;
        return false;
    }

    private static long Pack(int first, int end) => (long)first << 32 | (uint)end;

    private static bool IsEmpty(long parts) => (int)(parts >> 32) >= (int)parts;

    private List<Thread> StartHelpers(int count, Action<Thread> start)
    {
        var threads = new List<Thread>();
        try
        {
            for (int i = 0; i < count; i++)
            {
                var thread = new Thread(Help) { IsBackground = true, Name = $"TensorEngine worker {i + 1}" };
                start(thread);
                threads.Add(thread);
            }
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException or PlatformNotSupportedException)
        {
            // As many as there are: the calling thread does the work of the others.
        }

        return threads;
    }

    /// <summary>The data that the threads share; fields written by different threads are on separate cache lines.</summary>
    [StructLayout(LayoutKind.Explicit)]
    private unsafe struct Shared
    {
        /// <summary>The parts that no thread has begun: the first one in the upper half, the end in the lower half.</summary>
        [FieldOffset(128)]
        public long Parts;

        // What comes and goes with the parts: one cache line goes from thread to thread. Done are parts that helpers have done.
        [FieldOffset(136)]
        public void* Work;

        [FieldOffset(144)]
        public delegate*<void*, int, void> RunPart;

        [FieldOffset(152)]
        public int Done;

        [FieldOffset(256)]
        public int Asleep;

        [FieldOffset(384)]
        public bool Ended;

        [FieldOffset(512)]
        public bool InUse;

        [FieldOffset(520)]
        public CallRhythm Rhythm;

        [FieldOffset(768)]
        public ExceptionDispatchInfo? Failure;

        [FieldOffset(896)]
        private readonly long _end;
    }
}
