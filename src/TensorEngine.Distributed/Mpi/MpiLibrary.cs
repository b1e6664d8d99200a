using System.Runtime.InteropServices;
using System.Text;

namespace TensorEngine.Distributed.Mpi;

/// <summary>
/// Locates the MPI library of this machine at run time and binds the functions needed. It supports two binary interfaces: that of Open MPI,
/// whose handles are addresses of exported objects, and that of MPICH, whose handles are numbers.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>The environment variable that names the library's file, for when it is not found or there are several.</summary>
    public const string Variable = "TENSORENGINE_MPI";

    // Open MPI 4 and 5.
    private static readonly string[] s_openMpi = ["libmpi.so.40", "libmpi.40.dylib"];

    // MPICH 3 and 4, under its own name and under that of the interface it shares with others.
    private static readonly string[] s_mpich = ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib"];

    private readonly nint _library;
    private readonly bool _isOpenMpi;

    private MpiLibrary(nint library)
    {
        _library = library;
        _isOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out nint world);
        World = _isOpenMpi ? world : 0x44000000;
        Byte = _isOpenMpi ? Address("ompi_mpi_byte") : 0x4c00010d;
        ErrorsReturn = _isOpenMpi ? Address("ompi_mpi_errors_return") : 0x54000001;
        Send = (delegate* unmanaged<nint, int, nint, int, int, nint, nint, int>)Address("MPI_Isend");
        Receive = (delegate* unmanaged<nint, int, nint, int, int, nint, nint, int>)Address("MPI_Irecv");
        Test = (delegate* unmanaged<nint, int*, nint, int>)Address("MPI_Test");
        GetCount = (delegate* unmanaged<nint, nint, int*, int>)Address("MPI_Get_count");
        Abort = (delegate* unmanaged<nint, int, int>)Address("MPI_Abort");
        Finish = (delegate* unmanaged<int>)Address("MPI_Finalize");
    }

    /// <summary>All processes.</summary>
    public nint World { get; }

    /// <summary>The data type of bytes.</summary>
    public nint Byte { get; }

    /// <summary>The error handler that returns error codes.</summary>
    public nint ErrorsReturn { get; }

    /// <summary>MPI_Isend: memory, count, type, rank, tag, processes, request.</summary>
    public delegate* unmanaged<nint, int, nint, int, int, nint, nint, int> Send { get; }

    /// <summary>MPI_Irecv, likewise.</summary>
    public delegate* unmanaged<nint, int, nint, int, int, nint, nint, int> Receive { get; }

    /// <summary>MPI_Test: request, flag, status.</summary>
    public delegate* unmanaged<nint, int*, nint, int> Test { get; }

    /// <summary>MPI_Get_count: status, type, count.</summary>
    public delegate* unmanaged<nint, nint, int*, int> GetCount { get; }

    /// <summary>MPI_Abort: processes, exit status.</summary>
    public delegate* unmanaged<nint, int, int> Abort { get; }

    /// <summary>MPI_Finalize.</summary>
    public delegate* unmanaged<int> Finish { get; }

    /// <summary>Locates the library that the job was started with.</summary>
    /// <exception cref="DllNotFoundException">No library was found.</exception>
    public static MpiLibrary Load()
    {
        string[] names = Names();
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
                return new(library);
        }

        throw new DllNotFoundException(
            $"No MPI library was found; looked for {string.Join(", ", names)}. Install Open MPI (Debian: apt-get install "
            + $"openmpi-bin) or MPICH (Debian: apt-get install mpich), and start the program with its mpirun; or name the library's "
            + $"file in {Variable}.");
    }

    /// <summary>Starts MPI for calls from one thread at a time.</summary>
    public (int Rank, int Size) Start()
    {
        const int Serialized = 2;
        int isStarted, provided, rank, size;
        Check(((delegate* unmanaged<int*, int>)Address("MPI_Initialized"))(&isStarted), "MPI_Initialized");
        if (isStarted != 0)
            throw new InvalidOperationException("MPI was started already; a process starts it once.");
        Check(
            ((delegate* unmanaged<nint, nint, int, int*, int>)Address("MPI_Init_thread"))(0, 0, Serialized, &provided), "MPI_Init_thread");
        Check(((delegate* unmanaged<nint, nint, int>)Address("MPI_Comm_set_errhandler"))(World, ErrorsReturn), "MPI_Comm_set_errhandler");
        Check(((delegate* unmanaged<nint, int*, int>)Address("MPI_Comm_rank"))(World, &rank), "MPI_Comm_rank");
        Check(((delegate* unmanaged<nint, int*, int>)Address("MPI_Comm_size"))(World, &size), "MPI_Comm_size");
        return (rank, size);
    }

    /// <summary>Ends the process at once, without running exit handlers.</summary>
    public static void Exit(int code) =>
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "_exit"))(code);

    /// <summary>Gets the first line of the library's version text.</summary>
    public string Version()
    {
        const int Longest = 8192;
        byte[] text = new byte[Longest];
        int length;
        fixed (byte* start = text)
            Check(((delegate* unmanaged<byte*, int*, int>)Address("MPI_Get_library_version"))(start, &length), "MPI_Get_library_version");
        string version = Encoding.UTF8.GetString(text, 0, length).TrimEnd('\0');
        return version.Split('\n', ',')[0].Replace('\t', ' ').Trim();
    }

    /// <summary>Throws an exception if a call returned an error code.</summary>
    public void Check(int code, string call)
    {
        if (code == 0)
            return;
        const int Longest = 512;
        byte* text = stackalloc byte[Longest];
        int length = 0;
        _ = ((delegate* unmanaged<int, byte*, int*, int>)Address("MPI_Error_string"))(code, text, &length);
        throw new TransportException($"{call} failed: {Encoding.UTF8.GetString(text, length).Trim()}");
    }

    private static string[] Names()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name)
            return [name];

        // Who has started the process, if that can be seen: the library must be of the same kind.
        bool byHydra = Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_RANK") is null
            && Environment.GetEnvironmentVariable("MPI_LOCALNRANKS") is not null;
        return byHydra ? [.. s_mpich, .. s_openMpi] : [.. s_openMpi, .. s_mpich];
    }

    private nint Address(string name) => NativeLibrary.GetExport(_library, name);
}
