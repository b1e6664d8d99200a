using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Distributed;

/// <summary>
/// Connects the processes of a job: each has a rank, and they exchange memory. A transport sends and receives bytes between two ranks; all
/// collective operations are built on that in a fixed order, so sums have the same bits over any transport. Derive from this class to use
/// something other than MPI.
/// </summary>
/// <remarks>
/// All ranks call the same operations in the same order with the same lengths. A call that waits for another rank longer than
/// <see cref="Timeout"/> throws a <see cref="TransportException"/> that names it. Calls allocate nothing. This class is not thread-safe.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public abstract class Transport : IDisposable
{
    /// <summary>The default time a call waits for another rank: five minutes.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Initializes the transport with this process's rank.</summary>
    /// <param name="rank">The rank of this process, from 0 to less than <paramref name="size"/>.</param>
    /// <param name="size">The number of processes; at least 1.</param>
    /// <param name="timeout">The time a call waits for another rank; positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    protected Transport(int rank, int size, TimeSpan timeout)
    {
        if (size < 1)
            throw new ArgumentOutOfRangeException(nameof(size), size, $"size is {size}; it must be at least 1.");
        if (rank < 0 || rank >= size)
            throw new ArgumentOutOfRangeException(nameof(rank), rank, $"rank is {rank}; it must be from 0 to {size - 1}.");
        if (timeout <= TimeSpan.Zero || timeout.TotalMilliseconds > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(timeout), timeout, $"timeout is {timeout}; it must be positive and at most {int.MaxValue} ms.");
        }

        (Rank, Size, Timeout) = (rank, size, timeout);
    }

    /// <summary>Gets the rank of this process, from 0.</summary>
    public int Rank { get; }

    /// <summary>The number of processes.</summary>
    public int Size { get; }

    /// <summary>Gets the time a call waits for another rank.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Gets the number of bytes this rank has sent to other ranks.</summary>
    public long BytesSent { get; private set; }

    /// <summary>
    /// Ends the job on all ranks because of an error on this one; they show the reason as their message. Over MPI this also ends this
    /// process.
    /// </summary>
    /// <param name="reason">A sentence that describes what happened.</param>
    public abstract void Abort(string reason);

    /// <summary>Collects the elements of every rank, in rank order, on every rank.</summary>
    /// <param name="own">This rank's elements; the same number on every rank.</param>
    /// <param name="all">Receives all elements: <see cref="Size"/> times the length of <paramref name="own"/>.</param>
    /// <typeparam name="T">The elements: numbers and structs of numbers.</typeparam>
    /// <exception cref="ArgumentException"><paramref name="all"/> has the wrong length.</exception>
    /// <exception cref="TransportException">Another rank does not answer or has ended.</exception>
    public unsafe void AllGather<T>(ReadOnlySpan<T> own, Span<T> all)
        where T : unmanaged
    {
        if (all.Length != (long)own.Length * Size)
        {
            throw new ArgumentException(
                $"all has {all.Length} elements, own has {own.Length}; all must have {Size} times as many.", nameof(all));
        }

        own.CopyTo(all[(Rank * own.Length)..]);
        fixed (T* pinnedOwn = own, pinnedAll = all)
        {
            for (int step = 1; step < Size; step++)
            {
                (int to, int from) = Partners(step);
                BeginSend(to, own);
                BeginReceive(from, all.Slice(from * own.Length, own.Length));
            }

            CompleteAll();
        }
    }

    /// <summary>As <see cref="AllGather"/>, but in place and with parts of different lengths.</summary>
    /// <param name="all">The elements, with this rank's part in its position; receives the parts of the others.</param>
    /// <param name="cuts">The boundaries of the parts: <see cref="Size"/> + 1 indices.</param>
    /// <typeparam name="T">The elements: numbers and structs of numbers.</typeparam>
    /// <exception cref="ArgumentException">
    /// <paramref name="cuts"/> has the wrong length, or its indices do not ascend within the elements.
    /// </exception>
    /// <exception cref="TransportException">Another rank does not answer or has ended.</exception>
    public unsafe void AllGatherInPlace<T>(Span<T> all, ReadOnlySpan<int> cuts)
        where T : unmanaged
    {
        CheckCuts(all.Length, cuts);
        ReadOnlySpan<T> own = all[cuts[Rank]..cuts[Rank + 1]];
        fixed (T* pinned = all)
        {
            for (int step = 1; step < Size; step++)
            {
                (int to, int from) = Partners(step);
                BeginSend(to, own);
                BeginReceive(from, all[cuts[from]..cuts[from + 1]]);
            }

            CompleteAll();
        }
    }

    /// <summary>Sends block r of every rank to rank r, which receives the blocks in rank order.</summary>
    /// <param name="send">One block for each rank, all of the same length.</param>
    /// <param name="receive">As long as <paramref name="send"/>, and not overlapping it.</param>
    /// <typeparam name="T">The elements: numbers and structs of numbers.</typeparam>
    /// <exception cref="ArgumentException">The lengths differ or are not a multiple of <see cref="Size"/>.</exception>
    /// <exception cref="TransportException">Another rank does not answer or has ended.</exception>
    public unsafe void AllToAll<T>(ReadOnlySpan<T> send, Span<T> receive)
        where T : unmanaged
    {
        if (send.Length != receive.Length || send.Length % Size != 0)
        {
            throw new ArgumentException(
                $"send has {send.Length} elements, receive has {receive.Length}; they must have the same number, a multiple of {Size}.",
                nameof(receive));
        }

        int block = send.Length / Size;
        send.Slice(Rank * block, block).CopyTo(receive[(Rank * block)..]);
        fixed (T* pinnedSend = send, pinnedReceive = receive)
        {
            for (int step = 1; step < Size; step++)
            {
                (int to, int from) = Partners(step);
                BeginSend(to, send.Slice(to * block, block));
                BeginReceive(from, receive.Slice(from * block, block));
            }

            CompleteAll();
        }
    }

    /// <summary>Copies one rank's elements to every rank.</summary>
    /// <param name="values">
    /// On <paramref name="root"/> the elements to send; on the others, receives them. The same length on every rank.
    /// </param>
    /// <param name="root">The rank that sends its elements.</param>
    /// <typeparam name="T">The elements: numbers and structs of numbers.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    /// <exception cref="TransportException">Another rank does not answer or has ended.</exception>
    public unsafe void Broadcast<T>(Span<T> values, int root)
        where T : unmanaged
    {
        if (root < 0 || root >= Size)
            throw new ArgumentOutOfRangeException(nameof(root), root, $"root is {root}; it must be from 0 to {Size - 1}.");
        fixed (T* pinned = values)
        {
            for (int rank = 0; rank < Size && root == Rank; rank++)
            {
                if (rank != Rank)
                    BeginSend<T>(rank, values);
            }

            if (root != Rank)
                BeginReceive(root, values);
            CompleteAll();
        }
    }

    /// <summary>Waits until every rank has called this method.</summary>
    /// <exception cref="TransportException">Another rank does not answer or has ended.</exception>
    public void Barrier()
    {
        Span<byte> all = stackalloc byte[Size];
        byte own = 0;
        AllGather(new ReadOnlySpan<byte>(in own), all);
    }

    /// <summary>Sums values over the ranks in a fixed order; every rank gets the same bits.</summary>
    /// <param name="values">A few numbers of this rank; replaced by the sums.</param>
    /// <exception cref="TransportException">Another rank does not answer or has ended.</exception>
    public void Sum(Span<double> values)
    {
        Span<double> all = stackalloc double[values.Length * Size];
        AllGather<double>(values, all);
        all[..values.Length].CopyTo(values);
        for (int rank = 1; rank < Size; rank++)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] += all[rank * values.Length + i];
        }
    }

    /// <summary>Leaves the job.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>"rank 1 of 4".</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"rank {Rank} of {Size}");

    /// <summary>
    /// Begins to send a message. Messages from one rank to another arrive in the order in which they are sent. The memory must stay in
    /// place until <see cref="Complete"/> returns.
    /// </summary>
    /// <param name="to">Another rank.</param>
    /// <param name="address">The first byte.</param>
    /// <param name="byteCount">The number of bytes, which must be the number that the other rank expects; may be 0.</param>
    protected abstract void BeginSend(int to, nint address, int byteCount);

    /// <summary>Begins to receive the next message from another rank.</summary>
    /// <param name="from">Another rank.</param>
    /// <param name="address">The address at which to store the first byte.</param>
    /// <param name="byteCount">The number of bytes of the message.</param>
    protected abstract void BeginReceive(int from, nint address, int byteCount);

    /// <summary>Waits until all pending sends and receives are complete.</summary>
    /// <exception cref="TransportException">
    /// Another rank has not answered for <see cref="Timeout"/>, has ended, or has sent a message of the wrong length.
    /// </exception>
    protected abstract void CompleteAll();

    /// <summary>Leaves the job.</summary>
    /// <param name="disposing">True.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    // The memory must not move: it is on the stack, in a pinned array (a store's always is), or fixed by the caller.
    internal unsafe void BeginSend<T>(int to, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        int bytes = checked(values.Length * sizeof(T));
        BytesSent += bytes;
        BeginSend(to, (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values)), bytes);
    }

    internal unsafe void BeginReceive<T>(int from, Span<T> values)
        where T : unmanaged =>
        BeginReceive(from, (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values)), checked(values.Length * sizeof(T)));

    internal void Complete() => CompleteAll();

    // In each step every rank sends to one and receives from one, so that nobody is the target of all at once.
    internal (int To, int From) Partners(int step) => ((Rank + step) % Size, (Rank - step + Size) % Size);

    private void CheckCuts(int length, ReadOnlySpan<int> cuts)
    {
        bool fits = cuts.Length == Size + 1 && cuts[0] >= 0 && cuts[^1] <= length;
        for (int i = 0; fits && i < Size; i++)
            fits = cuts[i] <= cuts[i + 1];
        if (!fits)
        {
            throw new ArgumentException(
                $"cuts has {cuts.Length} indices; it must have {Size + 1} that ascend from 0 or more to {length} or less.", nameof(cuts));
        }
    }
}
