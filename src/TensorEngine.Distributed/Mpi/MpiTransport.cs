using System.Diagnostics;
using System.Globalization;

namespace TensorEngine.Distributed.Mpi;

/// <summary>
/// Processes that <c>mpirun</c> or a job scheduler has started, on one machine or on many, over Open MPI 4 or 5 or MPICH 4: the library is
/// located at run time and called through its C interface.
/// <code>
/// return MpiTransport.Run(transport => Train(transport));      // mpirun -n 4 dotnet Program.dll
/// </code>
/// MPI only passes messages between two ranks and adds nothing, so results do not depend on the library. Create one object per process.
/// </summary>
public sealed unsafe class MpiTransport : Transport
{
    private const int Tag = 17;
    private const int StatusBytes = 128;

    private static readonly TimeSpan s_longestFinish = TimeSpan.FromSeconds(10);

    private readonly MpiLibrary _library;
    private readonly List<Pending> _pending = [];
    private nint[] _requests = GC.AllocateArray<nint>(64, pinned: true);
    private bool _isBroken;
    private bool _isDisposed;
    private int _exitCode;

    private MpiTransport(MpiLibrary library, (int Rank, int Size) place, TimeSpan timeout)
        : base(place.Rank, place.Size, timeout)
    {
        _library = library;
        LibraryVersion = library.Version();
    }

    /// <summary>Gets the name and version that the MPI library reports.</summary>
    public string LibraryVersion { get; }

    /// <summary>Starts MPI in this process. Prefer <see cref="Run"/>, which ends all ranks when one fails.</summary>
    /// <param name="timeout">The time a call waits for another rank; null for <see cref="Transport.DefaultTimeout"/>.</param>
    /// <exception cref="DllNotFoundException">No MPI library was found; the message says what to install.</exception>
    /// <exception cref="InvalidOperationException">
    /// MPI has already been started, or the library found is not the one that started the job.
    /// </exception>
    /// <exception cref="TransportException">MPI could not be started.</exception>
    public static MpiTransport Start(TimeSpan? timeout = null)
    {
        MpiLibrary library = MpiLibrary.Load();
        var transport = new MpiTransport(library, library.Start(), timeout ?? DefaultTimeout);
        if (transport.Size == 1 && LaunchedSize() is > 1 and int size)
        {
            throw new InvalidOperationException(
                $"The job was started with {size} processes, but {transport.LibraryVersion}, the library that was found, knows only "
                + $"one, so it does not belong to the program that started the job. "
                + $"Name the right library's file in {MpiLibrary.Variable}.");
        }

        return transport;
    }

    /// <summary>
    /// Starts MPI, runs the job, and shuts MPI down. If this rank throws, the exception is written to standard error with the rank, and all
    /// ranks are ended, so that none waits for it.
    /// </summary>
    /// <param name="body">The job of every rank; returns the exit code of the process.</param>
    /// <param name="timeout">The time a call waits for another rank; null for <see cref="Transport.DefaultTimeout"/>.</param>
    /// <returns>The value returned by <paramref name="body"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <inheritdoc cref="Start" path="/exception"/>
    public static int Run(Func<MpiTransport, int> body, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        using MpiTransport transport = Start(timeout);
        try
        {
            return transport._exitCode = body(transport);
        }
        catch (Exception exception)
        {
            transport.Abort(exception is TransportException ? exception.Message : exception.ToString());
            throw;
        }
    }

    /// <summary>Writes the reason and this rank to standard error, and ends all processes of the job, including this one.</summary>
    /// <param name="reason">A sentence that describes what happened.</param>
    public override void Abort(string reason)
    {
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Rank {Rank} of {Size} ends the job: {reason}"));
        Console.Error.Flush();

        // Where the others cannot be reached any more, telling them may take for ever.
        var last = new Thread(() =>
        {
            Thread.Sleep(TimeSpan.FromSeconds(10));
            Process.GetCurrentProcess().Kill();
        })
        {
            IsBackground = true,
        };
        last.Start();
        _isBroken = true;
        _ = _library.Abort(_library.World, 1);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()} over {LibraryVersion}";

    /// <inheritdoc/>
    protected override void BeginSend(int to, nint address, int byteCount)
    {
        nint request = Add(to, byteCount, isReceive: false);
        Checked(_library.Send(address, byteCount, _library.Byte, to, Tag, _library.World, request), "MPI_Isend", to);
    }

    /// <inheritdoc/>
    protected override void BeginReceive(int from, nint address, int byteCount)
    {
        nint request = Add(from, byteCount, isReceive: true);
        Checked(_library.Receive(address, byteCount, _library.Byte, from, Tag, _library.World, request), "MPI_Irecv", from);
    }

    /// <inheritdoc/>
    protected override void CompleteAll()
    {
        int left = _pending.Count;
        var patience = new Patience(Timeout);
        for (long idle = 0; left > 0; idle++)
        {
            int before = left;
            left = TestAll();
            if (left < before)
            {
                patience = new Patience(Timeout);
                idle = 0;
            }
            else if (patience.IsOver())
            {
                _isBroken = true;
                throw new TransportException(Silence());
            }

            Wait(idle);
        }

        _pending.Clear();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_isDisposed)
            Leave();
        _isDisposed = true;
        base.Dispose(disposing);
    }

    /// <summary>Gets the number of processes according to the launcher of the job; null if it is unknown.</summary>
    private static int? LaunchedSize()
    {
        foreach (string name in new[] { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS" })
        {
            if (int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int size))
                return size;
        }

        return null;
    }

    private void Leave()
    {
        try
        {
            // MPI_Finalize waits for the others without end.
            if (!_isBroken)
                Barrier();
        }
        catch (TransportException exception)
        {
            Abort($"It cannot leave the job: {exception.Message}");
        }

        if (_isBroken)
            Abort("It leaves the job after an error.");
        else
            Finish();
    }

    // All ranks are here and nobody needs anything any more, but MPICH 4.0 over TCP was seen to wait in MPI_Finalize without end: a rank
    // that has closed its connections waits in the launcher's barrier, where it answers nobody, for one that waits for its answer. (Its
    // developers took the barrier out later: pull request 6596 of pmodels/mpich.)
    private void Finish()
    {
        var last = new Thread(() =>
        {
            Thread.Sleep(s_longestFinish);
            Console.Out.Flush();
            MpiLibrary.Exit(_exitCode);
        })
        {
            IsBackground = true,
        };
        last.Start();
        _ = _library.Finish();
    }

    // Processes may outnumber the cores: who waits lets others run, and after a while sleeps.
    private static void Wait(long idle)
    {
        const int Spins = 32;
        const int Yields = 20_000;
        if (idle > Yields)
            Thread.Sleep(1);
        else if (idle > Spins)
            Thread.Yield();
    }

    private nint Add(int other, int byteCount, bool isReceive)
    {
        int index = _pending.Count;
        if (index == _requests.Length)
        {
            nint[] more = GC.AllocateArray<nint>(2 * index, pinned: true);
            _requests.CopyTo(more, 0);
            _requests = more;
        }

        _requests[index] = 0;
        _pending.Add(new(other, byteCount, isReceive));
        fixed (nint* request = &_requests[index])
            return (nint)request;
    }

    /// <summary>Tests all pending operations.</summary>
    /// <returns>The number of operations still pending.</returns>
    private int TestAll()
    {
        int left = 0;
        byte* status = stackalloc byte[StatusBytes];
        fixed (nint* requests = _requests)
        {
            for (int i = 0; i < _pending.Count; i++)
            {
                Pending one = _pending[i];
                if (one.IsDone)
                    continue;
                int isDone = 0;
                Checked(_library.Test((nint)(requests + i), &isDone, (nint)status), "MPI_Test", one.Other);
                if (isDone == 0)
                {
                    left++;
                    continue;
                }

                _pending[i] = one with { IsDone = true };
                if (one.IsReceive)
                    CheckLength(one, (nint)status);
            }
        }

        return left;
    }

    private void CheckLength(Pending receive, nint status)
    {
        int count;
        Checked(_library.GetCount(status, _library.Byte, &count), "MPI_Get_count", receive.Other);
        if (count == receive.ByteCount)
            return;
        _isBroken = true;
        throw new TransportException(
            $"Rank {receive.Other} has sent {count} bytes, rank {Rank} expects {receive.ByteCount}; all ranks must call the same.");
    }

    private void Checked(int code, string call, int other)
    {
        if (code == 0)
            return;
        _isBroken = true;
        try
        {
            _library.Check(code, call);
        }
        catch (TransportException exception)
        {
            throw new TransportException($"Rank {other} and rank {Rank} have lost each other: {exception.Message}", exception);
        }
    }

    private string Silence()
    {
        int[] silent = [.. _pending.Where(one => !one.IsDone).Select(one => one.Other).Distinct().Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(silent.Length == 1 ? "Rank" : "Ranks")} {string.Join(", ", silent)} {(silent.Length == 1 ? "has" : "have")} "
            + $"not answered for {Timeout.TotalSeconds} s.");
    }

    private readonly record struct Pending(int Other, int ByteCount, bool IsReceive, bool IsDone = false);
}
