using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Benchmarks.Timing;

namespace Engine.Benchmarks.Fills;

/// <summary>A Python process that runs fill_peer.py for as long as the comparisons last.</summary>
internal sealed class FillPeer : IDisposable
{
    private readonly Process _process;

    private FillPeer(Process process, string version)
    {
        _process = process;
        Version = version;
    }

    /// <summary>The versions of PyTorch and NumPy.</summary>
    public string Version { get; }

    /// <summary>Starts the process; null where there is no such Python, or none with PyTorch and NumPy.</summary>
    public static FillPeer? TryStart(string python)
    {
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "Fills", "fill_peer.py")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            Process process = Process.Start(start)!;
            if (process.StandardOutput.ReadLine() is { } hello)
                return new FillPeer(process, JsonNode.Parse(hello)!["peer"]!.GetValue<string>());
            process.Dispose();
            return null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>A fill that the process does and times.</summary>
    public TimedWork Work(string work, int elements) => repeats =>
    {
        var request = new JsonObject { ["work"] = work, ["elements"] = elements, ["repeats"] = repeats };
        _process.StandardInput.WriteLine(request.ToJsonString());
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The peer ended while it worked on {work}.");
        return JsonDocument.Parse(answer).RootElement.GetProperty("nanoseconds").GetDouble();
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
