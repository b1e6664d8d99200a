using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TensorEngine;

/// <summary>
/// Threads that help with long steps, fills, products and reductions, wherever they are handed in, and with loops of your own
/// (<see cref="Run(int, Action{int}, double)"/>); nothing in the library makes threads of its own. The results have the same bits with
/// any number of threads and without.
/// </summary>
/// <remarks>
/// <para>
/// The calling thread works as well. It takes any part that no thread has begun and never waits for a thread that has not begun one,
/// so that helpers that are late or busy cost nothing; what is too short to be worth sharing is done alone. Several threads may
/// use one object: a thread that finds it in use works alone, as does work inside of shared work. A helper is a background thread, which
/// does not keep a process alive. A shared call allocates nothing.
/// </para>
/// <para>
/// The helpers learn from the calls. While these follow each other closely, as in training, the helpers look for the next one at full
/// load, a few times as long as the pauses of late and at most for <see cref="SpinTime"/>, and calls of some microseconds are shared, where
/// the time of many calls shows that it pays; after a longer pause they sleep and take no time of the processor. Sleeping helpers are
/// woken as soon as the call, with those shortly before it, takes twenty times what waking takes: a caller that comes rarely is not
/// slowed down by more than a twentieth.
/// </para>
/// </remarks>
[DebuggerDisplay("{ThreadCount} threads")]
public sealed class Workers : IDisposable
{
    // What makes a part worth being taken; and what a part takes at most that one thread waits for when its own are done.
    private const long PartNanoseconds = 1_500;
    private const long LongPartNanoseconds = 20_000;
    private const int PartsPerThread = 16;

    private readonly HelperThreads _helpers;
    private bool _disposed;

    /// <summary>Starts the threads. If fewer can be started, the rest do all the work.</summary>
    /// <param name="threadCount">How many threads work together, the calling one included; at least 1.</param>
    /// <param name="spinTime">
    /// How long helpers look for more work at most before they sleep; not negative. By default 300 microseconds, and 0 where there are
    /// more threads than processors, which would look for work in each other's time.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public Workers(int threadCount, TimeSpan? spinTime = null)
        : this(threadCount, spinTime, thread => thread.Start())
    {
    }

    internal Workers(int threadCount, TimeSpan? spinTime, Action<Thread> start)
    {
        Require.AtLeast(1, threadCount, nameof(threadCount));
        SpinTime = spinTime ?? TimeSpan.FromMicroseconds(threadCount <= Environment.ProcessorCount ? 300 : 0);
        if (SpinTime < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(spinTime), spinTime, $"spinTime is {spinTime}; it must not be negative.");
        _helpers = new HelperThreads(threadCount - 1, (long)Math.Min(SpinTime.TotalNanoseconds, long.MaxValue / 4), start);
    }

    /// <summary>How many threads work together, the calling one included.</summary>
    public int ThreadCount => _helpers.Count + 1;

    /// <summary>How long helpers look for more work at most before they sleep.</summary>
    public TimeSpan SpinTime { get; }

    /// <summary>Whether work is shared however short it is, for tests.</summary>
    internal bool ShareAll { get; init; }

    /// <summary>
    /// Does a loop of your own: calls <paramref name="body"/> once with each number from 0 on, on this thread and whichever helpers are
    /// free, in any order, and returns when all calls have returned. Inside a call the object may be used again.
    /// </summary>
    /// <param name="count">How many calls; for 0 nothing is done.</param>
    /// <param name="body">
    /// What is done. Calls run at the same time and must not wait for each other. The loop allocates nothing; a lambda that captures
    /// variables is an object, which you can keep.
    /// </param>
    /// <param name="nanosecondsEach">
    /// About how long one call takes, if you know it, not negative: then a loop that is too short to be shared runs on this thread alone,
    /// as everything in the library does. By default a loop counts as long enough to wake the helpers.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> is negative, or <paramref name="nanosecondsEach"/> is negative or NaN.
    /// </exception>
    /// <remarks>An exception of the body reaches the caller, one of several; some of the other calls are not made then.</remarks>
    public void Run(int count, Action<int> body, double nanosecondsEach = double.PositiveInfinity)
    {
        Require.NotNull(body);
        var work = new Body(body);
        Run(count, work, nanosecondsEach);
    }

    /// <summary>The same with a struct, which may have spans and other references.</summary>
    /// <param name="count">How many parts; for 0 nothing is done.</param>
    /// <param name="work">What is done; all threads use one copy of it.</param>
    /// <param name="nanosecondsEach">
    /// About how long one part takes, if you know it; not negative. By default the work counts as long enough to wake the helpers.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> is negative, or <paramref name="nanosecondsEach"/> is negative or NaN.
    /// </exception>
    /// <remarks>An exception of a part reaches the caller, one of several; some of the other parts are not done then.</remarks>
    public unsafe void Run<TWork>(int count, scoped in TWork work, double nanosecondsEach = double.PositiveInfinity)
        where TWork : struct, IWork, allows ref struct
    {
        Require.AtLeast(0, count, nameof(count));
        if (!(nanosecondsEach >= 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(nanosecondsEach), nanosecondsEach, $"nanosecondsEach is {nanosecondsEach}; it must not be negative or NaN.");
        }

        if (count == 0)
            return;
        // On this thread's stack, where nothing moves it.
        TWork own = work;
        var stretches = new Stretches<TWork>(Unsafe.AsPointer(ref own), Divide(this, count, nanosecondsEach, unit: 1));
        Run(this, ref stretches, stretches.Parts.Count);
    }

    /// <summary>
    /// Ends the threads, after the call in progress, and waits for their end. Later calls with the object use the calling thread alone.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        // Taken for good, so that nobody shares work any more.
        var wait = default(SpinWait);
        while (!_helpers.TryUse())
            wait.SpinOnce();
        _helpers.Dispose();
    }

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

    /// <summary>
    /// Into how many parts to divide work that takes one thread about so long; 1 if it is better done alone. Asked once per call, from
    /// which the helpers learn.
    /// </summary>
    internal static int PartsFor(Workers? workers, long nanoseconds)
    {
        if (workers is null || workers.ThreadCount == 1)
            return 1;
        if (workers.ShareAll)
            return workers.ThreadCount * PartsPerThread;
        if (nanoseconds < SharingTrial.Least || workers._helpers.AreInUse || !workers._helpers.AreWorth(nanoseconds))
            return 1;
        // One for each thread while that is short; then so many that a thread that comes late makes the others wait for little.
        int fewest = (int)Math.Min(workers.ThreadCount, nanoseconds / PartNanoseconds);
        long perThread = nanoseconds / (workers.ThreadCount * LongPartNanoseconds);
        return fewest * (int)Math.Clamp(perThread, 1, PartsPerThread);
    }

    /// <summary>Does all parts, by the calling thread and whichever helpers are free, and returns when all are done.</summary>
    /// <param name="workers">The threads; null for the calling one alone.</param>
    /// <param name="work">A local variable of the caller, which the helpers use where it is.</param>
    /// <param name="parts">The number of parts; at least 1.</param>
    internal static void Run<TWork>(Workers? workers, scoped ref TWork work, int parts)
        where TWork : struct, IWork, allows ref struct
    {
        if (parts > 1 && workers is not null && workers._helpers.TryUse())
        {
            try
            {
                workers._helpers.Share(ref work, parts);
            }
            finally
            {
                workers._helpers.StopUsing();
            }

            return;
        }

        for (int part = 0; part < parts; part++)
            work.Run(part);
    }

    /// <summary>Parts that do neighbouring items of a loop.</summary>
    private readonly unsafe struct Stretches<TWork>(void* work, WorkParts parts) : IWork
        where TWork : struct, IWork, allows ref struct
    {
        public WorkParts Parts { get; } = parts;

        public void Run(int part)
        {
            (int start, int length) = Parts.Of(part);
            for (int i = start; i < start + length; i++)
                Unsafe.AsRef<TWork>(work).Run(i);
        }
    }

    private readonly struct Body(Action<int> body) : IWork
    {
        public void Run(int part) => body(part);
    }
}
