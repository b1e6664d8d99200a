using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Nodes;
using Samples.Shared.Timing;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>A process in which another library works: it answers requests for as long as the comparisons last.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;

    private PeerProcess(string name, Process process, string version, string blas)
    {
        Name = name;
        _process = process;
        Version = version;
        Blas = blas;
    }

    /// <summary>Of the library.</summary>
    public string Name { get; }

    /// <summary>Of the library and what it runs in.</summary>
    public string Version { get; }

    /// <summary>The BLAS that it has really loaded.</summary>
    public string Blas { get; }

    /// <summary>Starts torch_peer.py.</summary>
    /// <param name="python">The Python to run, which must have torch.</param>
    /// <param name="missing">Why there is none, if there is none.</param>
    public static PeerProcess? TryStartPython(string python, out string missing) =>
        TryStart(
            "PyTorch",
            new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "Peers", "torch_peer.py")]),
            "Debian: apt-get install python3-torch libopenblas0-pthread",
            out missing);

    /// <summary>Starts the program of bench/TorchSharp.</summary>
    /// <param name="program">The program, or what runs it; empty if there is none.</param>
    /// <param name="missing">Why there is none, if there is none.</param>
    public static PeerProcess? TryStartTorchSharp(string program, out string missing)
    {
        const string How = "dotnet build -c Release bench/TorchSharp, then --torchsharp with the program";
        if (program.Length > 0)
            return TryStart("TorchSharp", new ProcessStartInfo(program), How, out missing);
        missing = $"--torchsharp names no program ({How})";
        return null;
    }

    private static PeerProcess? TryStart(string name, ProcessStartInfo start, string how, out string missing)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        // The requests say how many threads to use.
        start.Environment["OPENBLAS_NUM_THREADS"] = "2";
        start.Environment["OMP_NUM_THREADS"] = "2";
        // Whatever the environment says that would slow the peer down; and the kernels of AVX-512, which OpenBLAS does not take by itself
        // on processors that it does not know.
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        start.Environment.Remove("OPENBLAS_CORETYPE");
        if (Avx512F.IsSupported)
            start.Environment["OPENBLAS_CORETYPE"] = OpenBlas.CoreType;
        try
        {
            Process process = Process.Start(start)!;
            if (process.StandardOutput.ReadLine() is { } hello)
            {
                // Nobody reads the errors from now on; a full pipe would stop the peer.
                process.ErrorDataReceived += (_, _) => { };
                process.BeginErrorReadLine();
                missing = "";
                JsonNode answer = JsonNode.Parse(hello)!;
                return new PeerProcess(name, process, answer["version"]!.GetValue<string>(), answer["blas"]!.GetValue<string>());
            }

            string errors = process.StandardError.ReadToEnd();
            process.Dispose();
            missing = errors.Contains("No module named 'torch'", StringComparison.Ordinal)
                ? $"{start.FileName} has no module torch ({how})"
                : $"{start.FileName} failed: {errors.Trim()}";
            return null;
        }
        catch (Win32Exception)
        {
            missing = $"{start.FileName} was not found ({how})";
            return null;
        }
    }

    /// <summary>Work that the process does and times. An <see cref="IOException"/> says that it has ended instead.</summary>
    /// <param name="request">As torch_peer.py describes it, without the repeats and the threads.</param>
    /// <param name="threads">How many threads it may use.</param>
    public TimedWork Work(JsonObject request, int threads = 1) => repeats =>
    {
        request["threads"] = threads;
        request["repeats"] = repeats;
        _process.StandardInput.WriteLine(request.ToJsonString());
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new IOException("the process has ended");
        return JsonNode.Parse(answer)!["nanoseconds"]!.GetValue<double>();
    };

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        // The end of its input ends it.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            _process.Kill();
        _process.Dispose();
    }
}
