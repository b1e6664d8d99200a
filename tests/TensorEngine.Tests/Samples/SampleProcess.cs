using System.Diagnostics;

namespace TensorEngine.Tests.Samples;

/// <summary>Runs a sample as a process of its own.</summary>
internal static class SampleProcess
{
    /// <summary>Starts a sample.</summary>
    /// <param name="name">Its assembly, which lies beside the tests'.</param>
    /// <param name="folder">Where it runs; null for here.</param>
    /// <param name="arguments">Its command line.</param>
    public static Process Start(string name, string? folder, params string[] arguments) => Process.Start(StartInfo(name, folder, arguments))!;

    /// <summary>Starts a sample and waits for its end.</summary>
    public static Outcome Run(string name, string? folder, params string[] arguments)
    {
        using Process process = Start(name, folder, arguments);
        return WaitFor(process);
    }

    /// <summary>
    /// The same at the processor's best instruction set, whichever the tests run at: for what is not about bits, which other tests
    /// look at, and would take minutes without vector instructions.
    /// </summary>
    public static Outcome RunFast(string name, string folder, params string[] arguments)
    {
        ProcessStartInfo start = StartInfo(name, folder, arguments);
        foreach (string variable in new[] { "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic" })
            start.Environment.Remove(variable);
        using Process process = Process.Start(start)!;
        return WaitFor(process);
    }

    private static Outcome WaitFor(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output.Result, error.Result);
    }

    private static ProcessStartInfo StartInfo(string name, string? folder, string[] arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{name}.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };

    public sealed record Outcome(int ExitCode, string Output, string Error);
}
