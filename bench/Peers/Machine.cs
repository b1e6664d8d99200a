using System.Runtime.InteropServices;
using TensorEngine.Benchmarks.Tool.Measuring;
using TensorEngine.Lanes;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>Where the times were taken.</summary>
internal static class Machine
{
    /// <summary>What a reader of the table has to know, by name.</summary>
    public static IReadOnlyDictionary<string, string> Describe() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["processor"] = $"{Processor()}, {Environment.ProcessorCount} of {Processors()} cores in use",
        ["caches"] = CacheLevel.Text,
        ["system"] = $"{SystemName()}, {RuntimeInformation.OSArchitecture}",
        ["runtime"] = $"{RuntimeInformation.FrameworkDescription}",
        ["lanes"] = $"{LaneWidth.Current} floats",
    };

    private static string Processor()
    {
        string name = ProcessorInfo("model name") ?? "unknown processor";
        return ProcessorInfo("cpu family") is { } family ? $"{name} (family {family}, model {ProcessorInfo("model")})" : name;
    }

    private static int Processors() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal))
            : Environment.ProcessorCount;

    private static string? ProcessorInfo(string key) =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
                .FirstOrDefault(parts => parts.Length == 2 && string.Equals(parts[0], key, StringComparison.Ordinal))?[1]
            : null;

    private static string SystemName() =>
        File.Exists("/etc/os-release")
        && File.ReadLines("/etc/os-release").FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal)) is { } line
            ? line["PRETTY_NAME=".Length..].Trim('"')
            : RuntimeInformation.OSDescription;
}
