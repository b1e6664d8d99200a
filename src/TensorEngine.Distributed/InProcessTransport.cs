using System.Globalization;
using System.Runtime.ExceptionServices;

namespace TensorEngine.Distributed;

/// <summary>
/// Runs ranks as threads of one process, for tests and debugging. The results have the same bits as over MPI.
/// <code>
/// InProcessTransport.Run(size: 4, transport => Train(transport));
/// </code>
/// </summary>
public sealed class InProcessTransport : Transport
{
    private readonly Exchange _exchange;
    private readonly List<Message> _receives = [];

    private InProcessTransport(Exchange exchange, int rank, TimeSpan timeout)
        : base(rank, exchange.Size, timeout) => _exchange = exchange;

    /// <summary>Creates the transports of all ranks; use each on its own thread.</summary>
    /// <param name="size">The number of ranks; at least 1.</param>
    /// <param name="timeout">The time a call waits for another rank; null for <see cref="Transport.DefaultTimeout"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static IReadOnlyList<InProcessTransport> Create(int size, TimeSpan? timeout = null)
    {
        if (size < 1)
            throw new ArgumentOutOfRangeException(nameof(size), size, $"size is {size}; it must be at least 1.");
        var exchange = new Exchange(size);
        return [.. Enumerable.Range(0, size).Select(rank => new InProcessTransport(exchange, rank, timeout ?? DefaultTimeout))];
    }

    /// <summary>Runs a job with every rank on its own thread. Returns when all have ended; if one throws, the others are ended.</summary>
    /// <param name="size">The number of ranks; at least 1.</param>
    /// <param name="body">The job of every rank, which receives its transport.</param>
    /// <param name="timeout">The time a call waits for another rank; null for <see cref="Transport.DefaultTimeout"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    /// <remarks>The caller receives the exception of the first rank to throw.</remarks>
    public static void Run(int size, Action<Transport> body, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        IReadOnlyList<InProcessTransport> transports = Create(size, timeout);
        ExceptionDispatchInfo? first = null;
        Thread[] threads =
        [
            .. transports.Select(transport => new Thread(() =>
            {
                try
                {
                    body(transport);
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(exception), null);
                    transport.Abort(exception.Message);
                }
                finally
                {
                    transport.Dispose();
                }
            })
            {
                Name = transport.ToString(),
                IsBackground = true,
            }),
        ];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        first?.Throw();
    }

    /// <inheritdoc/>
    public override void Abort(string reason) => _exchange.End($"Rank {Rank} has ended the job: {reason}");

    /// <inheritdoc/>
    protected override void BeginSend(int to, nint address, int byteCount) => _exchange.Post(Rank, to, new(to, address, byteCount));

    /// <inheritdoc/>
    protected override void BeginReceive(int from, nint address, int byteCount) => _receives.Add(new(from, address, byteCount));

    /// <inheritdoc/>
    protected override void CompleteAll()
    {
        try
        {
            foreach (Message receive in _receives)
                _exchange.Take(receive.Rank, Rank, receive, Timeout);
            for (int to = 0; to < Size; to++)
                _exchange.AwaitTaken(Rank, to, Timeout);
        }
        finally
        {
            _receives.Clear();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _exchange.Leave(Rank);
        base.Dispose(disposing);
    }

    private readonly record struct Message(int Rank, nint Address, int ByteCount);

    /// <summary>
    /// The shared state of the ranks: a queue of messages for each pair, which stay in the sender's memory until they are received.
    /// </summary>
    private sealed class Exchange(int size)
    {
        private static readonly TimeSpan s_longestGlance = TimeSpan.FromMilliseconds(50);

        private readonly Queue<Message>[] _queues = [.. Enumerable.Range(0, size * size).Select(_ => new Queue<Message>())];
        private readonly bool[] _left = new bool[size];
        private readonly object _lock = new();
        private string? _end;

        public int Size => size;

        public void Post(int from, int to, Message message)
        {
            lock (_lock)
            {
                _queues[from * size + to].Enqueue(message);
                Monitor.PulseAll(_lock);
            }
        }

        public unsafe void Take(int from, int to, Message receive, TimeSpan timeout)
        {
            Queue<Message> queue = _queues[from * size + to];
            Message sent;
            lock (_lock)
            {
                Await(queue, empty: false, from, timeout);
                sent = queue.Peek();
            }

            if (sent.ByteCount != receive.ByteCount)
            {
                throw new TransportException(
                    $"Rank {from} has sent {sent.ByteCount} bytes, rank {to} expects {receive.ByteCount}; all ranks must call the same.");
            }

            // The sender waits until it is taken.
            new ReadOnlySpan<byte>((void*)sent.Address, sent.ByteCount).CopyTo(new((void*)receive.Address, receive.ByteCount));
            lock (_lock)
            {
                queue.Dequeue();
                Monitor.PulseAll(_lock);
            }
        }

        public void AwaitTaken(int from, int to, TimeSpan timeout)
        {
            lock (_lock)
                Await(_queues[from * size + to], empty: true, to, timeout);
        }

        public void End(string reason)
        {
            lock (_lock)
            {
                _end ??= reason;
                Monitor.PulseAll(_lock);
            }
        }

        public void Leave(int rank)
        {
            lock (_lock)
            {
                _left[rank] = true;
                Monitor.PulseAll(_lock);
            }
        }

        private void Await(Queue<Message> queue, bool empty, int other, TimeSpan timeout)
        {
            var patience = new Patience(timeout);
            TimeSpan glance = timeout < s_longestGlance ? timeout : s_longestGlance;
            while (queue.Count == 0 != empty)
            {
                if (_end is not null)
                    throw new TransportException(_end);
                if (_left[other])
                    throw new TransportException($"Rank {other} has left the job, but is waited for.");
                if (patience.IsOver())
                {
                    throw new TransportException(string.Create(
                        CultureInfo.InvariantCulture, $"Rank {other} has not answered for {timeout.TotalSeconds} s."));
                }

                Monitor.Wait(_lock, glance);
            }
        }
    }
}
