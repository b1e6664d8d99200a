using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using NUnit.Framework;

namespace Engine.Tests.Goldens;

/// <summary>
/// The rates that PyTorch's schedulers gave over 1,000 steps (schedules.json), and those of their closed forms at some of these
/// steps and later ones (exact_schedules.json).
/// </summary>
public sealed class RecordedSchedules
{
    private readonly byte[] _content;
    private readonly byte[] _exactContent;
    private readonly JsonElement _metricOffsets;
    private readonly JsonElement _exactOffsets;
    private readonly long[] _exactSteps;
    private readonly long[] _lateSteps;

    private RecordedSchedules()
    {
        (JsonElement recorded, _content) = Read("schedules");
        (JsonElement exact, _exactContent) = Read("exact_schedules");
        Steps = recorded.GetProperty("steps").GetInt32();
        BaseRate = recorded.GetProperty("baseRate").GetDouble();
        _metricOffsets = recorded.GetProperty("metricOffsets");
        _exactOffsets = exact.GetProperty("offsets");
        _exactSteps = Integers(exact.GetProperty("steps"));
        _lateSteps = Integers(exact.GetProperty("lateSteps"));
        Cases = [.. recorded.GetProperty("cases").EnumerateArray().Select(entry => new RecordedSchedule(entry, this))];
    }

    public static RecordedSchedules Instance { get; } = new();

    public int Steps { get; }

    /// <summary>The rate that the optimizer was constructed with.</summary>
    public double BaseRate { get; }

    public RecordedSchedule[] Cases { get; }

    /// <summary>What ReduceLROnPlateau was told after each step, by its mode: a loss for "min", an accuracy for "max".</summary>
    public double[] Metrics(string mode) => Array(_content, _metricOffsets.GetProperty(mode).GetInt32(), Steps);

    internal double[]? Recorded(JsonElement offsets, string column) =>
        offsets.TryGetProperty(column, out JsonElement offset) ? Array(_content, offset.GetInt32(), Steps) : null;

    internal (long Step, double Value)[]? Exact(string name, string column)
    {
        if (!_exactOffsets.TryGetProperty(name, out JsonElement offsets) || !offsets.TryGetProperty(column, out JsonElement offset))
            return null;
        long[] steps = name.StartsWith("MultiplicativeLR", StringComparison.Ordinal) ? _exactSteps : [.. _exactSteps, .. _lateSteps];
        return [.. steps.Zip(Array(_exactContent, offset.GetInt32(), steps.Length))];
    }

    private static (JsonElement Root, byte[] Content) Read(string name)
    {
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path + ".json"));
        JsonElement root = document.RootElement.Clone();
        byte[] content = new byte[root.GetProperty("byteLength").GetInt32()];
        using var packed = new GZipStream(File.OpenRead(path + ".bin.gz"), CompressionMode.Decompress);
        packed.ReadExactly(content);
        return (root, content);
    }

    private static double[] Array(byte[] content, int byteOffset, int length)
    {
        Assert.That(BitConverter.IsLittleEndian, "The recordings are read in place.");
        return MemoryMarshal.Cast<byte, double>(content.AsSpan(byteOffset))[..length].ToArray();
    }

    private static long[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(entry => entry.GetInt64())];
}

/// <summary>One scheduler of PyTorch at one setting.</summary>
public sealed class RecordedSchedule(JsonElement entry, RecordedSchedules recordings)
{
    public string Name { get; } = entry.GetProperty("name").GetString()!;

    /// <summary>The class in torch.optim.lr_scheduler.</summary>
    public string Scheduler { get; } = entry.GetProperty("scheduler").GetString()!;

    public JsonElement Options { get; } = entry.GetProperty("options");

    /// <summary>By how much one step of the optimizer moved the scheduler's epoch.</summary>
    public double EpochFraction { get; } = entry.TryGetProperty("epochFraction", out JsonElement fraction) ? fraction.GetDouble() : 1;

    /// <summary>The rate in force at every step.</summary>
    public double[] Rates => recordings.Recorded(entry.GetProperty("offsets"), "rate")!;

    /// <summary>The momentum in force at every step, or null where the scheduler leaves it alone.</summary>
    public double[]? Momenta => recordings.Recorded(entry.GetProperty("offsets"), "momentum");

    /// <summary>The rates of the closed form; null for ReduceLROnPlateau, which has none.</summary>
    public (long Step, double Value)[]? ExactRates => recordings.Exact(Name, "rate");

    public (long Step, double Value)[]? ExactMomenta => recordings.Exact(Name, "momentum");

    public override string ToString() => Name;
}
