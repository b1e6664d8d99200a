using System.Diagnostics;
using System.Globalization;
using TensorEngine.Benchmarks.Limits;

namespace TensorEngine.Benchmarks.Files;

/// <summary>A process of the command <c>endurance</c> and what it told last.</summary>
internal sealed class EnduranceChild : IDisposable
{
    private readonly Process _process;
    private readonly Task _listening;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _begun = new();
    private readonly List<EnduranceReport> _reports = [];

    public EnduranceChild(string role, string path)
    {
        ProcessStartInfo start = FreshProcess.StartInfo("endurance", "--role", role, "--file", path);
        (start.UseShellExecute, start.RedirectStandardOutput) = (false, true);
        _process = Process.Start(start)!;
        _listening = Task.Factory.StartNew(Listen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The last save that it said was done; 0 if none.</summary>
    public long Saved { get; private set; }

    public int Saves { get; private set; }

    public int Refused { get; private set; }

    public bool HasExited => _process.HasExited;

    /// <summary>One report a second, from its beginning.</summary>
    public EnduranceReport[] Reports
    {
        get
        {
            lock (_lock)
                return [.. _reports];
        }
    }

    /// <summary>Waits until it has told something; false if it has not by then.</summary>
    public bool HasBegun(TimeSpan patience) => _begun.Wait(patience);

    /// <summary>Kills it, and waits for the lines that it wrote before.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _listening.Wait();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
        _begun.Dispose();
    }

    private void Listen()
    {
        var last = Stopwatch.StartNew();
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            if (words.Length < 6)
                continue; // the line that it was killed in
            _begun.Set();
            lock (_lock)
            {
                if (words[0] is "saved")
                    (Saved, Saves) = (Number(words[1]), Saves + 1);
                else if (words[0] is "refused")
                    Refused++;
                if (_reports.Count > 0 && last.ElapsedMilliseconds < 1000)
                    continue;
                last.Restart();
                _reports.Add(new(words[0], Number(words[1]), Number(words[2]), Number(words[3]), Number(words[4]), Number(words[5])));
            }
        }

        static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
    }
}
