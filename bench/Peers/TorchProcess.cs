using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Samples.Shared.Timing;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>A Python process that runs torch_peer.py for as long as the comparisons last.</summary>
internal sealed class TorchProcess : IDisposable
{
    private readonly Process _process;

    private TorchProcess(Process process, string version, string blas)
    {
        _process = process;
        Version = version;
        Blas = blas;
    }

    /// <summary>Of PyTorch and Python.</summary>
    public string Version { get; }

    /// <summary>The BLAS that PyTorch has really loaded.</summary>
    public string Blas { get; }

    /// <summary>Starts the process.</summary>
    /// <param name="python">The Python to run, which must have torch.</param>
    /// <param name="missing">Why there is none, if there is none.</param>
    /// <param name="threads">How many threads it uses.</param>
    public static TorchProcess? TryStart(string python, out string missing, int threads = 1)
    {
        string threadCount = threads.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "Peers", "torch_peer.py")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OPENBLAS_CORETYPE"] = "SkylakeX";
        start.Environment["OPENBLAS_NUM_THREADS"] = threadCount;
        start.Environment["OMP_NUM_THREADS"] = threadCount;
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
                return new TorchProcess(process, answer["version"]!.GetValue<string>(), answer["blas"]!.GetValue<string>());
            }

            string errors = process.StandardError.ReadToEnd();
            process.Dispose();
            missing = errors.Contains("No module named 'torch'", StringComparison.Ordinal)
                ? $"{python} has no module torch (Debian: apt-get install python3-torch libopenblas0-pthread)"
                : $"{python} failed: {errors.Trim()}";
            return null;
        }
        catch (Win32Exception)
        {
            missing = $"{python} was not found (Debian: apt-get install python3-torch libopenblas0-pthread)";
            return null;
        }
    }

    /// <summary>Work that the process does and times. An <see cref="IOException"/> says that it has ended instead.</summary>
    /// <param name="request">As torch_peer.py describes it, without the repeats.</param>
    public TimedWork Work(JsonObject request) => repeats =>
    {
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
