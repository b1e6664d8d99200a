using System.Diagnostics;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>This program in a process of its own.</summary>
internal static class FreshProcess
{
    /// <summary>What it prints.</summary>
    public static string Output(params string[] arguments)
    {
        string assembly = typeof(FreshProcess).Assembly.Location;
        bool isHost = string.Equals(Path.GetFileNameWithoutExtension(Environment.ProcessPath), "dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(Environment.ProcessPath!, isHost ? [assembly, .. arguments] : arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
