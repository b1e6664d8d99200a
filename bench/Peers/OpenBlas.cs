using System.Globalization;
using System.Runtime.InteropServices;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>OpenBLAS in this process.</summary>
internal sealed unsafe class OpenBlas
{
    /// <summary>The kernels it is made to use: those of AVX-512, which it does not choose by itself on every processor that has it.</summary>
    public const string CoreType = "SkylakeX";

    private const int RowMajor = 101;
    private const int AsGiven = 111;
    private const int Transposed = 112;

    private static readonly string[] s_names =
        ["libopenblas.so.0", "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0", "libopenblas.so", "libopenblas"];

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _product;
    private readonly delegate* unmanaged<int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _productWithVector;
    private readonly delegate* unmanaged<int, void> _setThreads;

    private OpenBlas(nint library)
    {
        _product = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(library, "cblas_sgemm");
        _productWithVector = (delegate* unmanaged<int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(library, "cblas_sgemv");
        _setThreads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads");
        var configuration = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "openblas_get_config");
        var core = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "openblas_get_corename");
        Version = $"{Marshal.PtrToStringUTF8((nint)configuration())}, core {Marshal.PtrToStringUTF8((nint)core())}";
    }

    /// <summary>The version, and the kernels that it really uses.</summary>
    public string Version { get; }

    /// <summary>Loads the library.</summary>
    /// <param name="threads">The most threads that it will use.</param>
    /// <param name="missing">Why there is none, if there is none.</param>
    public static OpenBlas? TryLoad(int threads, out string missing)
    {
        missing = "libopenblas.so.0 was not found (Debian: apt-get install libopenblas0-pthread)";
        if (!OperatingSystem.IsLinux())
            return null;

        // The library looks at the environment of the C runtime, which is not the one that Environment changes.
        SetVariable("OPENBLAS_CORETYPE", CoreType);
        SetVariable("OPENBLAS_L2_SIZE", "");
        SetVariable("OPENBLAS_NUM_THREADS", threads.ToString(CultureInfo.InvariantCulture));
        // Its threads go on spinning for 2^26 cycles after a product by default, and would do so in our samples.
        SetVariable("OPENBLAS_THREAD_TIMEOUT", "20");
        foreach (string name in s_names)
        {
            try
            {
                if (NativeLibrary.TryLoad(name, out nint library))
                    return new OpenBlas(library);
            }
            catch (EntryPointNotFoundException exception)
            {
                missing = $"{name} is no OpenBLAS: {exception.Message}";
            }
        }

        return null;
    }

    /// <summary>Uses so many threads from now on.</summary>
    public void SetThreads(int threads) => _setThreads(threads);

    /// <summary>c = a * b, or of their transposes; all row by row, c [rows, columns].</summary>
    public void Multiply(bool transposeLeft, bool transposeRight, int rows, int inner, int columns, float* a, float* b, float* c) => _product(
        RowMajor,
        transposeLeft ? Transposed : AsGiven,
        transposeRight ? Transposed : AsGiven,
        rows,
        columns,
        inner,
        1,
        a,
        transposeLeft ? rows : inner,
        b,
        transposeRight ? inner : columns,
        0,
        c,
        columns);

    /// <summary>result = matrix * vector, or matrix transposed * vector; the matrix row by row, [rows, columns].</summary>
    public void MultiplyVector(bool transpose, int rows, int columns, float* matrix, float* vector, float* result) =>
        _productWithVector(RowMajor, transpose ? Transposed : AsGiven, rows, columns, 1, matrix, columns, vector, 1, 0, result, 1);

    private static void SetVariable(string name, string value)
    {
        var set = (delegate* unmanaged<byte*, byte*, int, int>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "setenv");
        nint nameBytes = Marshal.StringToCoTaskMemUTF8(name), valueBytes = Marshal.StringToCoTaskMemUTF8(value);
        _ = set((byte*)nameBytes, (byte*)valueBytes, 1);
        Marshal.FreeCoTaskMem(nameBytes);
        Marshal.FreeCoTaskMem(valueBytes);
    }
}
