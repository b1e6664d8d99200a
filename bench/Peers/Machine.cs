using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>Where the times were taken.</summary>
internal static class Machine
{
    /// <summary>What a reader of the table has to know, by name.</summary>
    public static IReadOnlyDictionary<string, string> Describe() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["processor"] = $"{Processor()}, {Environment.ProcessorCount} of {Processors()} cores in use",
        ["caches"] = Caches(),
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

    private static string Caches()
    {
        const string Folder = "/sys/devices/system/cpu/cpu0/cache";
        if (!Directory.Exists(Folder))
            return "unknown";
        return string.Join(
            ", ",
            from cache in Directory.GetDirectories(Folder, "index*").Order(StringComparer.Ordinal)
            where Read(cache, "type") is not "Instruction"
            select $"L{Read(cache, "level")} {Read(cache, "size")}");
    }

    private static string Read(string folder, string file) => File.ReadAllText(Path.Combine(folder, file)).Trim();

    private static string SystemName() =>
        File.Exists("/etc/os-release")
        && File.ReadLines("/etc/os-release").FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal)) is { } line
            ? line["PRETTY_NAME=".Length..].Trim('"')
            : RuntimeInformation.OSDescription;
}
