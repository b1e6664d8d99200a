using System.Text.Json;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Goldens;

/// <summary>The rates that PyTorch's schedulers gave to an optimizer with several groups (schedule_groups.json).</summary>
public static class RecordedScheduleGroups
{
    private static readonly GoldenFile s_file = new("schedule_groups");

    /// <summary>The number of steps of each case.</summary>
    public static int Steps { get; } = s_file.Root.GetProperty("steps").GetInt32();

    /// <summary>The rate that each group was constructed with.</summary>
    public static double[] InitialRates { get; } =
        [.. s_file.Root.GetProperty("initialRates").EnumerateArray().Select(entry => entry.GetDouble())];

    /// <summary>What ReduceLROnPlateau was told after each step.</summary>
    public static double[] Metrics { get; } = s_file.Array<double>(s_file.Root.GetProperty("metricOffset"), Steps);

    public static RecordedScheduleGroup[] Cases { get; } =
        [.. s_file.Root.GetProperty("cases").EnumerateArray().Select(entry => new RecordedScheduleGroup(entry, s_file))];
}

/// <summary>One scheduler of PyTorch at one setting, over several groups.</summary>
public sealed class RecordedScheduleGroup(JsonElement entry, GoldenFile file)
{
    public string Name { get; } = entry.GetProperty("name").GetString()!;

    /// <summary>The class in torch.optim.lr_scheduler.</summary>
    public string Scheduler { get; } = entry.GetProperty("scheduler").GetString()!;

    public TorchOptions Options => new(entry.GetProperty("options"));

    /// <summary>The rate of a group in force at every step.</summary>
    public double[] Rates(int group) =>
        file.Array<double>(entry.GetProperty("offset"), RecordedScheduleGroups.InitialRates.Length * RecordedScheduleGroups.Steps)
            .AsSpan(group * RecordedScheduleGroups.Steps, RecordedScheduleGroups.Steps).ToArray();

    public override string ToString() => Name;
}
