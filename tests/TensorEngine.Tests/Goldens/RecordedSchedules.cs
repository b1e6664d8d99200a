using System.Text.Json;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Goldens;

/// <summary>
/// The rates that PyTorch's schedulers gave over 1,000 steps (schedules.json), and those of their closed forms at some of these
/// steps and later ones (exact_schedules.json).
/// </summary>
public sealed class RecordedSchedules
{
    private readonly GoldenFile _recorded = new("schedules");
    private readonly GoldenFile _exact = new("exact_schedules");

    private RecordedSchedules()
    {
        Steps = _recorded.Root.GetProperty("steps").GetInt32();
        BaseRate = _recorded.Root.GetProperty("baseRate").GetDouble();
        Cases = [.. _recorded.Root.GetProperty("cases").EnumerateArray().Select(entry => new RecordedSchedule(entry, this))];
    }

    public static RecordedSchedules Instance { get; } = new();

    public int Steps { get; }

    /// <summary>The rate that the optimizer was constructed with.</summary>
    public double BaseRate { get; }

    public RecordedSchedule[] Cases { get; }

    /// <summary>What ReduceLROnPlateau was told after each step, by its mode: a loss for "min", an accuracy for "max".</summary>
    public double[] Metrics(string mode) =>
        _recorded.Array<double>(_recorded.Root.GetProperty("metricOffsets").GetProperty(mode), Steps);

    internal double[]? Recorded(JsonElement offsets, string column) =>
        offsets.TryGetProperty(column, out JsonElement offset) ? _recorded.Array<double>(offset, Steps) : null;

    internal (long Step, double Value)[] Exact(string name, string column)
    {
        JsonElement root = _exact.Root;
        IEnumerable<JsonElement> steps = root.GetProperty("steps").EnumerateArray();
        if (!name.StartsWith("MultiplicativeLR", StringComparison.Ordinal))
            steps = steps.Concat(root.GetProperty("lateSteps").EnumerateArray());
        long[] numbers = [.. steps.Select(step => step.GetInt64())];
        JsonElement offset = root.GetProperty("offsets").GetProperty(name).GetProperty(column);
        return [.. numbers.Zip(_exact.Array<double>(offset, numbers.Length))];
    }
}

/// <summary>One scheduler of PyTorch at one setting.</summary>
public sealed class RecordedSchedule(JsonElement entry, RecordedSchedules recordings)
{
    public string Name { get; } = entry.GetProperty("name").GetString()!;

    /// <summary>The class in torch.optim.lr_scheduler.</summary>
    public string Scheduler { get; } = entry.GetProperty("scheduler").GetString()!;

    public TorchOptions Options => new(entry.GetProperty("options"));

    /// <summary>By how much one step of the optimizer moved the scheduler's epoch.</summary>
    public double EpochFraction { get; } = entry.TryGetProperty("epochFraction", out JsonElement fraction) ? fraction.GetDouble() : 1;

    /// <summary>The rate in force at every step.</summary>
    public double[] Rates => recordings.Recorded(entry.GetProperty("offsets"), "rate")!;

    /// <summary>The momentum in force at every step, or null where the scheduler leaves it alone.</summary>
    public double[]? Momenta => recordings.Recorded(entry.GetProperty("offsets"), "momentum");

    /// <summary>The rates of the closed form, which ReduceLROnPlateau does not have.</summary>
    public (long Step, double Value)[] ExactRates => recordings.Exact(Name, "rate");

    public (long Step, double Value)[] ExactMomenta => recordings.Exact(Name, "momentum");

    public override string ToString() => Name;
}
