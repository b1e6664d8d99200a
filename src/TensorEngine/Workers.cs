using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TensorEngine;

/// <summary>
/// Threads that share long steps, fills, products and reductions, wherever you pass them, and loops of your own
/// (<see cref="Run(int, Action{int}, double)"/>). The library starts no other threads. Results are bit-identical with any number of
/// threads, and without.
/// </summary>
/// <remarks>
/// <para>
/// The calling thread works as well. It takes any part that no thread has begun and never waits for a thread that has not begun one, so
/// helpers that are late or busy cost nothing. Work that is too short to share runs on the calling thread alone. Several threads may use
/// one object: a thread that finds it in use works alone, as does work inside shared work. Helpers are background threads, which do not
/// keep a process alive. A shared call allocates nothing.
/// </para>
/// <para>
/// The helpers adapt to the calls. While calls follow each other closely, as in training, the helpers spin until the next call, for a few
/// times the recent pauses and at most for <see cref="SpinTime"/>, and calls of a few microseconds are shared if the time of many calls
/// shows that it pays. After a longer pause the helpers sleep and take no processor time. Sleeping helpers are woken when the call, with
/// those shortly before it, takes twenty times as long as waking: a caller that comes rarely is slowed down by at most a twentieth.
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
    /// <param name="threadCount">The number of threads that work together, including the calling thread; at least 1.</param>
    /// <param name="spinTime">
    /// The longest time that helpers spin for more work before they sleep; not negative. By default 300 microseconds, or 0 if there are
    /// more threads than processors, because they would take each other's time.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
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

    /// <summary>The number of threads that work together, including the calling thread.</summary>
    public int ThreadCount => _helpers.Count + 1;

    /// <summary>The longest time that helpers spin for more work before they sleep.</summary>
    public TimeSpan SpinTime { get; }

    /// <summary>Whether to share even the shortest work, for tests.</summary>
    internal bool ShareAll { get; init; }

    /// <summary>
    /// Runs a loop of your own: calls <paramref name="body"/> once with each number from 0 to <paramref name="count"/> - 1, on this thread
    /// and on every free helper, in any order, and returns when all calls have returned. The body may use this object.
    /// </summary>
    /// <param name="count">The number of calls; if it is 0, nothing is done.</param>
    /// <param name="body">
    /// The body of the loop. Calls run concurrently and must not wait for each other. The loop allocates nothing; a lambda that captures
    /// variables is an object, which you can keep and reuse.
    /// </param>
    /// <param name="nanosecondsEach">
    /// The approximate time of one call, if you know it; not negative. A loop that is too short to share then runs on this thread alone,
    /// like everything in the library. By default a loop is assumed to be long enough to wake the helpers.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> is negative, or <paramref name="nanosecondsEach"/> is negative or NaN.
    /// </exception>
    /// <remarks>If the body throws, the caller receives one of the exceptions, and some of the other calls may not be made.</remarks>
    public void Run(int count, Action<int> body, double nanosecondsEach = double.PositiveInfinity)
    {
        Require.NotNull(body);
        var work = new Body(body);
        Run(count, work, nanosecondsEach);
    }

    /// <summary>Runs a loop whose body is a struct, which may contain spans and other references.</summary>
    /// <param name="count">The number of parts; if it is 0, nothing is done.</param>
    /// <param name="work">The work; all threads use one copy of it.</param>
    /// <param name="nanosecondsEach">
    /// The approximate time of one part, if you know it; not negative. By default the work is assumed to be long enough to wake the
    /// helpers.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> is negative, or <paramref name="nanosecondsEach"/> is negative or NaN.
    /// </exception>
    /// <remarks>If a part throws, the caller receives one of the exceptions, and some of the other parts may not be done.</remarks>
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
    /// Stops the threads after the call in progress and waits until they have ended. Later calls use the calling thread alone.
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
    /// Divides work into as many parts of whole units as pay; into one part if the work is faster on the calling thread alone.
    /// </summary>
    /// <param name="workers">The threads, or null for the calling thread alone.</param>
    /// <param name="elements">The number of elements.</param>
    /// <param name="nanosecondsPerElement">The approximate time for one element on one thread.</param>
    /// <param name="unit">Parts start at multiples of this many elements.</param>
    internal static WorkParts Divide(Workers? workers, long elements, double nanosecondsPerElement, int unit)
    {
        Debug.Assert(elements >= 0 && unit > 0, $"{elements} elements in units of {unit}.");
        int parts = PartsFor(workers, (long)(elements * nanosecondsPerElement));
        return new(elements, parts == 1 ? Math.Max(1, elements) : (Math.Max(0, elements - 1) / parts / unit + 1) * unit);
    }

    /// <summary>
    /// Returns the number of parts into which to divide work of the given approximate time on one thread; 1 if it is faster on the calling
    /// thread alone. It must be called once per call, because the helpers learn from it.
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

    /// <summary>Runs all parts on the calling thread and on every free helper, and returns when all are done.</summary>
    /// <param name="workers">The threads, or null for the calling thread alone.</param>
    /// <param name="work">A local variable of the caller, which the helpers use in place.</param>
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

    /// <summary>Parts that do adjacent items of a loop.</summary>
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
