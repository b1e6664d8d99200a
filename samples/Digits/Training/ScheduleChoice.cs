using Samples.Shared.CommandLine;
using TensorEngine.Schedules;

namespace Digits.Training;

/// <summary>A learning-rate schedule by the name that the command line knows it by.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Create">Makes the schedule that ends after a number of steps.</param>
public sealed record ScheduleChoice(string Name, Func<int, Schedule> Create)
{
    /// <summary>All that can be asked for; the first is the usual one.</summary>
    public static IReadOnlyList<ScheduleChoice> All { get; } =
    [
        new("constant", _ => new ConstantRate()),
        new("cosine", steps => new CosineAnnealing(steps)),
        new("linear", steps => new LinearRamp(steps, startFactor: 1, endFactor: 0)),
    ];

    /// <summary>The names, for messages and the help.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(choice => choice.Name));

    public override string ToString() => Name;

    /// <summary>The schedule of a run, after a ramp up to its first rate.</summary>
    /// <param name="steps">The steps of the run.</param>
    /// <param name="warmup">How many of them are the ramp.</param>
    public Schedule Over(int steps, int warmup)
    {
        Schedule schedule = Create(steps - warmup);
        return warmup > 0 ? new LinearWarmUp(warmup, schedule, startFactor: 1.0 / warmup) : schedule;
    }

    /// <summary>The schedule called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static ScheduleChoice Parse(string name) =>
        All.FirstOrDefault(choice => string.Equals(choice.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw SampleOption.Unusable("--schedule", name, $"one of {Names}");
}
