using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TensorEngine;

/// <summary>
/// Threads that help with long steps, fills, products and reductions, wherever they are handed in; nothing in the library makes
/// threads of its own. The results have the same bits with any number of threads and without.
/// </summary>
/// <remarks>
/// The calling thread works as well. It takes any part that no thread has begun and never waits for a thread that has not begun one,
/// so that helpers that are late or busy cost nothing; what is too short to be worth sharing is done alone. Several threads may
/// use one object: a thread that finds it in use works alone. After a shared call the helpers look for more work for
/// <see cref="SpinTime"/> at full load, and then sleep until they are woken. A helper is a background thread, which does not
/// keep a process alive. A shared call allocates nothing.
/// </remarks>
[DebuggerDisplay("{ThreadCount} threads")]
public sealed class Workers : IDisposable
{
    // What handing work over costs the caller, with some to spare: to helpers that are looking for it, and to sleeping ones.
    private const long AwakeNanoseconds = 20_000;
    private const long AsleepNanoseconds = 400_000;
    private const int PartsPerThread = 16;
    private const long PartNanoseconds = 5_000;

    private readonly Thread[] _threads;
    private readonly long _spinTicks;
    private readonly object _bell = new();
    private bool _disposed;
    private bool _inUse;
    private Shared _shared;

    /// <summary>Starts the threads. If fewer can be started, the rest do all the work.</summary>
    /// <param name="threadCount">How many threads work together, the calling one included; at least 1.</param>
    /// <param name="spinTime">
    /// How long helpers look for more work before they sleep; not negative. By default 50 microseconds: enough for the short
    /// pauses between the calls of a training step.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public Workers(int threadCount, TimeSpan? spinTime = null)
        : this(threadCount, spinTime, thread => thread.Start())
    {
    }

    internal Workers(int threadCount, TimeSpan? spinTime, Action<Thread> start)
    {
        Require.AtLeast(1, threadCount, nameof(threadCount));
        SpinTime = spinTime ?? TimeSpan.FromMicroseconds(50);
        if (SpinTime < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(spinTime), spinTime, $"spinTime is {spinTime}; it must not be negative.");
        _spinTicks = (long)Math.Min(SpinTime.TotalSeconds * Stopwatch.Frequency, long.MaxValue / 2);
        _threads = [.. StartHelpers(threadCount - 1, start)];
    }

    /// <summary>How many threads work together, the calling one included.</summary>
    public int ThreadCount => _threads.Length + 1;

    /// <summary>How long helpers look for more work before they sleep.</summary>
    public TimeSpan SpinTime { get; }

    /// <summary>
    /// Ends the threads, after the call in progress, and waits for their end. Later calls with the object use the calling thread alone.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        // Taken for good, so that nobody shares work any more.
        var wait = default(SpinWait);
        while (!TryUse())
            wait.SpinOnce();

        lock (_bell)
        {
            Volatile.Write(ref _shared.Ended, true);
            Monitor.PulseAll(_bell);
        }

        foreach (Thread thread in _threads)
            thread.Join();
    }

    /// <summary>Whether work is shared however short it is, for tests.</summary>
    internal bool ShareAll { get; init; }

    /// <summary>
    /// The one divider of work: elements in parts of whole units, as many parts as pay; one if the work is better done alone.
    /// </summary>
    /// <param name="workers">The threads, or null for the calling one alone.</param>
    /// <param name="elements">How many elements there are.</param>
    /// <param name="nanosecondsPerElement">About what one thread takes for an element.</param>
    /// <param name="unit">Parts start at multiples of this many elements.</param>
    internal static WorkParts Divide(Workers? workers, long elements, double nanosecondsPerElement, int unit)
    {
        Debug.Assert(elements >= 0 && unit > 0, $"{elements} elements in units of {unit}.");
        int parts = PartsFor(workers, (long)(elements * nanosecondsPerElement));
        return new(elements, parts == 1 ? Math.Max(1, elements) : (Math.Max(0, elements - 1) / parts / unit + 1) * unit);
    }

    /// <summary>Into how many parts to divide work that takes one thread about so long; 1 if it is better done alone.</summary>
    internal static int PartsFor(Workers? workers, long nanoseconds)
    {
        if (workers is null || workers._threads.Length == 0)
            return 1;
        if (workers.ShareAll)
            return workers.ThreadCount * PartsPerThread;
        if (nanoseconds < AwakeNanoseconds)
            return 1;
        if (nanoseconds < AsleepNanoseconds && Volatile.Read(ref workers._shared.Asleep) == workers._threads.Length)
            return 1;
        return (int)Math.Min(workers.ThreadCount * PartsPerThread, nanoseconds / PartNanoseconds);
    }

    /// <summary>Does all parts, by the calling thread and whichever helpers are free, and returns when all are done.</summary>
    /// <param name="workers">The threads; null for the calling one alone.</param>
    /// <param name="work">A local variable of the caller, which the helpers use where it is.</param>
    /// <param name="parts">The number of parts; at least 1.</param>
    internal static void Run<TWork>(Workers? workers, scoped ref TWork work, int parts)
        where TWork : struct, IWork, allows ref struct
    {
        if (parts > 1 && workers is not null && workers.TryUse())
        {
            try
            {
                workers.Share(ref work, parts);
            }
            finally
            {
                Volatile.Write(ref workers._inUse, false);
            }

            return;
        }

        for (int part = 0; part < parts; part++)
            work.Run(part);
    }

    // Not a lock: the thread that uses the object may come back from inside its own work, and is then one too many, too.
    private bool TryUse() => !Interlocked.Exchange(ref _inUse, true);

    private unsafe void Share<TWork>(scoped ref TWork work, int parts)
        where TWork : struct, IWork, allows ref struct
    {
        // The work lies on this thread's stack, which it does not leave before the last part is done.
        _shared.Work = Unsafe.AsPointer(ref work);
        _shared.RunPart = &RunPart<TWork>;
        _shared.Unfinished = parts;
        // From here on helpers take parts: a full fence on either side of this write, and of theirs to Asleep.
        Interlocked.Exchange(ref _shared.Parts, Pack(0, parts));
        if (Volatile.Read(ref _shared.Asleep) > 0)
            Wake();

        // The caller takes parts from the end, the helpers from the start: with two threads each finds its own part of the data
        // in its cache from call to call.
        while (TryTake(fromEnd: true, out int part))
            RunTaken(part);
        var wait = default(SpinWait);
        while (Volatile.Read(ref _shared.Unfinished) > 0)
            wait.SpinOnce(sleep1Threshold: -1);

        if (_shared.Failure is { } failure)
        {
            _shared.Failure = null;
            failure.Throw();
        }
    }

    private static unsafe void RunPart<TWork>(void* work, int part)
        where TWork : struct, IWork, allows ref struct => Unsafe.AsRef<TWork>(work).Run(part);

    private void Wake()
    {
        lock (_bell)
            Monitor.PulseAll(_bell);
    }

    private void Help()
    {
        long idleSince = Stopwatch.GetTimestamp();
        while (!Volatile.Read(ref _shared.Ended))
        {
            if (TryTake(fromEnd: false, out int part))
            {
                RunTaken(part);
                idleSince = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetTimestamp() - idleSince <= _spinTicks)
            {
                Thread.SpinWait(10);
            }
            else
            {
                Sleep();
                idleSince = Stopwatch.GetTimestamp();
            }
        }
    }

    private void Sleep()
    {
        lock (_bell)
        {
            Interlocked.Increment(ref _shared.Asleep);
            while (!_shared.Ended && IsEmpty(Volatile.Read(ref _shared.Parts)))
                Monitor.Wait(_bell);
            Interlocked.Decrement(ref _shared.Asleep);
        }
    }

    // Whoever has taken a part may read what the work is: its caller waits for that part.
    private unsafe void RunTaken(int part)
    {
        try
        {
            _shared.RunPart(_shared.Work, part);
        }
        catch (Exception exception)
        {
            _shared.Failure = ExceptionDispatchInfo.Capture(exception);
        }

        Interlocked.Decrement(ref _shared.Unfinished);
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

    /// <summary>What the threads share, what they take turns in writing on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit)]
    private unsafe struct Shared
    {
        /// <summary>The parts that nobody has begun: the first one in the upper half, the end in the lower.</summary>
        [FieldOffset(128)]
        public long Parts;

        [FieldOffset(256)]
        public int Unfinished;

        [FieldOffset(384)]
        public int Asleep;

        [FieldOffset(388)]
        public bool Ended;

        [FieldOffset(392)]
        public ExceptionDispatchInfo? Failure;

        [FieldOffset(400)]
        public void* Work;

        [FieldOffset(408)]
        public delegate*<void*, int, void> RunPart;

        [FieldOffset(536)]
        private readonly long _end;
    }
}
