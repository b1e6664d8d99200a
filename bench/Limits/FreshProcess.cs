using System.Diagnostics;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>This program in a process of its own.</summary>
internal static class FreshProcess
{
    /// <summary>How to start it: as this process was, by itself or by dotnet.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        string assembly = typeof(FreshProcess).Assembly.Location;
        bool isHost = string.Equals(Path.GetFileNameWithoutExtension(Environment.ProcessPath), "dotnet", StringComparison.OrdinalIgnoreCase);
        return new ProcessStartInfo(Environment.ProcessPath!, isHost ? [assembly, .. arguments] : arguments);
    }

    /// <summary>What it prints.</summary>
    public static string Output(params string[] arguments)
    {
        ProcessStartInfo start = StartInfo(arguments);
        (start.UseShellExecute, start.RedirectStandardOutput) = (false, true);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
