using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Samples.Shared.Timing;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>A process in which another library works: it answers requests for as long as the comparisons last.</summary>
internal sealed class PeerProcess : IDisposable
{
    private const int ErrorLines = 4;

    private readonly Process _process;

    // The end of what the process says of errors, for the reason why it has ended.
    private readonly Queue<string> _errors;

    private PeerProcess(string name, Process process, JsonNode hello, Queue<string> errors)
    {
        Name = name;
        _process = process;
        _errors = errors;
        Version = hello["version"]!.GetValue<string>();
        Blas = hello["blas"]!.GetValue<string>();
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

    /// <summary>Starts the program that llmc_peer.c becomes beside llm.c.</summary>
    /// <param name="program">The program, or what runs it; empty if there is none.</param>
    /// <param name="missing">Why there is none, if there is none.</param>
    public static PeerProcess? TryStartLlmC(string program, out string missing)
    {
        const string How = "gcc -Ofast -fno-finite-math-only -march=native -fopenmp -DOMP -I LLM.C bench/Peers/llmc_peer.c -lm, then --llmc with it";
        if (program.Length > 0)
            return TryStart("llm.c", new ProcessStartInfo(program), How, out missing);
        missing = $"--llmc names no program ({How})";
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
        // Its threads go on spinning for 2^26 cycles after a product by default, and would do so in our samples.
        start.Environment["OPENBLAS_THREAD_TIMEOUT"] = "20";
        // The kernels of AVX-512 and their blocks, whatever the environment says: those of AVX2 run at half the speed.
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        if (Vector512.IsHardwareAccelerated)
            start.Environment["OPENBLAS_CORETYPE"] = OpenBlas.CoreType;
        try
        {
            Process process = Process.Start(start)!;
            var errors = new Queue<string>();
            process.ErrorDataReceived += (_, line) => Remember(errors, line.Data);
            process.BeginErrorReadLine();
            string? hello = process.StandardOutput.ReadLine();
            if (TryParse(hello) is { } answer)
            {
                missing = "";
                return new PeerProcess(name, process, answer, errors);
            }

            missing = hello is null ? $"it ended at once{Reason(process, errors)}" : $"it said \"{hello}\" instead of its version";
            if (missing.Contains("No module named 'torch'", StringComparison.Ordinal))
                missing = $"{start.FileName} has no module torch ({how})";
            process.Dispose();
            return null;
        }
        catch (Win32Exception exception)
        {
            missing = File.Exists(start.FileName)
                ? $"{start.FileName} does not start: {exception.Message}"
                : $"{start.FileName} was not found ({how})";
            return null;
        }
    }

    /// <summary>Work that the process does and times. An <see cref="IOException"/> says that it cannot, or has ended, and why.</summary>
    /// <param name="request">As torch_peer.py describes it, without the repeats and the threads.</param>
    /// <param name="threads">How many threads it may use.</param>
    public TimedWork Work(JsonObject request, int threads = 1) => repeats =>
    {
        request["threads"] = threads;
        request["repeats"] = repeats;
        return Ask(request)["nanoseconds"]!.GetValue<double>();
    };

    /// <summary>What the process answers. An <see cref="IOException"/> says that it cannot, or has ended, and why.</summary>
    public JsonNode Ask(JsonObject request)
    {
        string? answer;
        try
        {
            _process.StandardInput.WriteLine(request.ToJsonString());
            _process.StandardInput.Flush();
            answer = _process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            // A pipe that nobody reads any more.
            answer = null;
        }

        JsonNode parsed = TryParse(answer)
            ?? throw new IOException(answer is null ? $"it has ended{Reason(_process, _errors)}" : $"it answered \"{answer}\"");
        return parsed["error"] is { } error ? throw new IOException(error.GetValue<string>()) : parsed;
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        // The end of its input ends it.
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before, with a request unread.
        }

        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            _process.Kill();
        _process.Dispose();
    }

    private static JsonNode? TryParse(string? line)
    {
        try
        {
            return line is null ? null : JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Remember(Queue<string> errors, string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (errors)
        {
            errors.Enqueue(line.Trim());
            while (errors.Count > ErrorLines)
                errors.Dequeue();
        }
    }

    // How the process ended, and the last that it said of errors.
    private static string Reason(Process process, Queue<string> errors)
    {
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            return "";
        // Waits for the errors to be read to their end.
        process.WaitForExit();
        lock (errors)
            return $", with code {process.ExitCode}{(errors.Count > 0 ? ": " : "")}{string.Join("; ", errors)}";
    }
}
