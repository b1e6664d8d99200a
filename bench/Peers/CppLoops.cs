using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>The loops of adam_loop.cpp, compiled on this machine for this machine.</summary>
internal sealed unsafe class CppLoops
{
    /// <summary>How they are compiled.</summary>
    public const string Flags = "-O3 -march=native -fno-math-errno";

    /// <summary>What many would write; the square root may then set errno, and g++ vectorizes nothing around it.</summary>
    public const string PlainFlags = "-O3 -march=native";

    private readonly delegate* unmanaged[SuppressGCTransition]<float*, float*, float*, float*, long, AdamConstants*, void> _plain;
    private readonly delegate* unmanaged[SuppressGCTransition]<float*, float*, float*, float*, long, AdamConstants*, void> _twoDivisions;
    private readonly delegate* unmanaged[SuppressGCTransition]<float*, float*, float*, float*, long, AdamConstants*, int> _intrinsics;
    private readonly delegate* unmanaged[SuppressGCTransition]<float*, float*, float*, float*, long, double, double, double, double, long, int> _step;
    private readonly delegate* unmanaged[SuppressGCTransition]<float*, float*, float*, float*, long, float, void> _limit;

    private CppLoops(nint library, string flags)
    {
        // Without the transition a call costs what it costs in C++: nothing of the runtime's is counted against the peer.
        _plain = (delegate* unmanaged[SuppressGCTransition]<float*, float*, float*, float*, long, AdamConstants*, void>)
            NativeLibrary.GetExport(library, "adam_plain");
        _twoDivisions = (delegate* unmanaged[SuppressGCTransition]<float*, float*, float*, float*, long, AdamConstants*, void>)
            NativeLibrary.GetExport(library, "adam_two_divisions");
        _intrinsics = (delegate* unmanaged[SuppressGCTransition]<float*, float*, float*, float*, long, AdamConstants*, int>)
            NativeLibrary.GetExport(library, "adam_intrinsics");
        _step = (delegate* unmanaged[SuppressGCTransition]<float*, float*, float*, float*, long, double, double, double, double, long, int>)
            NativeLibrary.GetExport(library, "adam_step");
        _limit = (delegate* unmanaged[SuppressGCTransition]<float*, float*, float*, float*, long, float, void>)
            NativeLibrary.GetExport(library, "limit_loop");
        var version = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "compiler_version");
        Compiler = $"g++ {Marshal.PtrToStringUTF8((nint)version())} {flags}";
    }

    /// <summary>The compiler, its version and its flags.</summary>
    public string Compiler { get; }

    /// <summary>Whether the machine has the AVX-512 of <see cref="Intrinsics"/>.</summary>
    public bool HasIntrinsics
    {
        get
        {
            AdamConstants constants = default;
            return _intrinsics(null, null, null, null, 0, &constants) != 0;
        }
    }

    /// <summary>Compiles and loads the library.</summary>
    /// <param name="missing">Why there is none, if there is none.</param>
    /// <param name="flags">How to compile them.</param>
    public static CppLoops? TryBuild(out string missing, string flags = Flags)
    {
        string source = Path.Combine(AppContext.BaseDirectory, "Peers", "adam_loop.cpp");
        string library = Path.Combine(AppContext.BaseDirectory, "Peers", $"libadam_loop{flags.Length}.so");
        try
        {
            var start = new ProcessStartInfo("g++", [.. flags.Split(' '), "-shared", "-fPIC", "-w", "-o", library, source])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            };
            using Process compiler = Process.Start(start)!;
            string errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
            {
                missing = $"g++ failed: {errors.Trim()}";
                return null;
            }

            missing = "";
            return new CppLoops(NativeLibrary.Load(library), flags);
        }
        catch (Win32Exception)
        {
            missing = "g++ was not found (Debian: apt-get install g++)";
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            missing = $"{library} could not be loaded: {exception.Message}";
            return null;
        }
    }

    /// <summary>A step of Adam by the plain loop, which g++ vectorizes.</summary>
    public void Plain(StepBuffers buffers, AdamConstants constants) =>
        _plain(buffers.Address(0), buffers.Address(1), buffers.Address(2), buffers.Address(3), buffers.Length, &constants);

    /// <summary>A step of Adam by the plain loop as PyTorch writes the formula, with two divisions.</summary>
    public void TwoDivisions(StepBuffers buffers, AdamConstants constants) =>
        _twoDivisions(buffers.Address(0), buffers.Address(1), buffers.Address(2), buffers.Address(3), buffers.Length, &constants);

    /// <summary>A step of Adam by AVX-512 intrinsics. The length must be a multiple of 16.</summary>
    public void Intrinsics(StepBuffers buffers, AdamConstants constants) =>
        _intrinsics(buffers.Address(0), buffers.Address(1), buffers.Address(2), buffers.Address(3), buffers.Length, &constants);

    /// <summary>As <see cref="Intrinsics"/>, with the constants computed in the call.</summary>
    public void Step(StepBuffers buffers, AdamOptions options, long step) => _step(
        buffers.Address(0),
        buffers.Address(1),
        buffers.Address(2),
        buffers.Address(3),
        buffers.Length,
        options.LearningRate,
        options.Beta1,
        options.Beta2,
        options.Epsilon,
        step);

    /// <summary>As <see cref="LimitLoop.Run"/>.</summary>
    public void Limit(StepBuffers buffers, float zero) =>
        _limit(buffers.Address(0), buffers.Address(1), buffers.Address(2), buffers.Address(3), buffers.Length, zero);
}
