using System.Diagnostics;
using System.Text.Json;
using Samples.Shared.CommandLine;

namespace TensorEngine.Benchmarks.Tool.Measuring;

/// <summary>A build of this program that can measure rows: this one, or another with another build of the library.</summary>
/// <param name="Path">The program, or its assembly, which is started by the dotnet that runs this process.</param>
internal sealed record BenchProgram(string Path)
{
    /// <summary>This build.</summary>
    public static BenchProgram This { get; } = new(typeof(BenchProgram).Assembly.Location);

    /// <summary>Starts a process, reads what it says line by line, and waits for its end.</summary>
    /// <param name="arguments">The process's arguments.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <exception cref="InputException">It cannot be started, or it failed.</exception>
    public IEnumerable<ProcessLine> Run(string[] arguments, CancellationToken cancellationToken)
    {
        using Process process = Start(arguments);
        using CancellationTokenRegistration registration = cancellationToken.Register(() => process.Kill());
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (process.StandardOutput.ReadLine() is { } line)
            yield return Parse(line);
        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
            throw new InputException($"{Path} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}: {errors.Result.Trim()}");
    }

    private Process Start(string[] arguments)
    {
        bool isAssembly = Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isAssembly ? Dotnet() : Path, isAssembly ? [Path, .. arguments] : arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The runtime waits 100 ms without new code before it compiles what is hot, twice. Without the delay it compiles the same sooner.
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "1";
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InputException($"{Path} cannot be started: {exception.Message}", exception);
        }
    }

    // The host of this process, if that is dotnet; a tool has a starter of its own, whose dotnet the runtime's folder leads to.
    private static string Dotnet()
    {
        if (string.Equals(System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath), "dotnet", StringComparison.OrdinalIgnoreCase))
            return Environment.ProcessPath!;
        string root = System.IO.Path.GetFullPath(System.IO.Path.Combine(typeof(object).Assembly.Location, "..", "..", "..", ".."));
        string dotnet = System.IO.Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(dotnet) ? dotnet : "dotnet";
    }

    private ProcessLine Parse(string line)
    {
        try
        {
            return ProcessLine.Parse(line);
        }
        catch (JsonException exception)
        {
            throw new InputException($"{Path} cannot measure rows for this version; it said: {line}", exception);
        }
    }
}
