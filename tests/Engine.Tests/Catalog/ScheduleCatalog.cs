using System.Text.Json;
using Engine.Schedules;
using Engine.Tests.Goldens;
using NUnit.Framework;

namespace Engine.Tests.Catalog;

/// <summary>From PyTorch's schedulers and their options to ours: a line per scheduler.</summary>
public static class ScheduleCatalog
{
    /// <summary>Every recorded case but ReduceLROnPlateau, which is no function of the step.</summary>
    public static IEnumerable<RecordedSchedule> Cases => RecordedSchedules.Instance.Cases.Where(entry => !IsPlateau(entry));

    public static IEnumerable<RecordedSchedule> PlateauCases => RecordedSchedules.Instance.Cases.Where(IsPlateau);

    /// <summary>The schedule of the rate, and of the momentum where it has one.</summary>
    public static (Schedule Rate, Schedule? Momentum) Create(RecordedSchedule recorded)
    {
        var options = new ScheduleOptions(recorded.Options);
        Schedule rate = Create(recorded.Scheduler, options, RecordedSchedules.Instance.BaseRate, recorded.EpochFraction);
        Schedule? momentum = null;
        if (recorded.Scheduler is "CyclicLR" or "OneCycleLR")
        {
            double low = options.Number("base_momentum"), high = options.Number("max_momentum");
            if (options.Flag("cycle_momentum"))
                momentum = rate is Cyclic cyclic ? cyclic.Momentum(low, high) : ((OneCycle)rate).Momentum(low, high);
        }

        options.AssertAllRead();
        return (rate, momentum);
    }

    public static ReduceOnPlateau CreatePlateau(RecordedSchedule recorded)
    {
        var options = new ScheduleOptions(recorded.Options);
        var ours = new PlateauOptions
        {
            Maximize = options.Text("mode") is "max",
            Factor = options.Number("factor"),
            Patience = options.Count("patience"),
            Threshold = options.Number("threshold"),
            AbsoluteThreshold = options.Text("threshold_mode") is "abs",
            Cooldown = options.Count("cooldown"),
            Minimum = options.Number("min_lr"),
            Epsilon = options.Number("eps"),
        };
        options.AssertAllRead();
        return new(RecordedSchedules.Instance.BaseRate, ours);
    }

    private static Schedule Create(string scheduler, ScheduleOptions options, double rate, double fraction = 1) => scheduler switch
    {
        "LambdaLR" => new LambdaRate(rate, Formula(options.Text("lr_lambda"))),
        "MultiplicativeLR" => new MultiplicativeRate(rate, Formula(options.Text("lr_lambda"))),
        "StepLR" => new StepDecay(rate, options.Count("step_size"), options.Number("gamma")),
        "MultiStepLR" => new MultiStepDecay(rate, options.Counts("milestones"), options.Number("gamma")),
        "ConstantLR" => new ConstantStart(rate, options.Number("factor"), options.Count("total_iters")),
        "LinearLR" => new LinearRamp(
            rate, options.Number("start_factor"), options.Number("end_factor"), options.Count("total_iters")),
        "ExponentialLR" => new ExponentialDecay(rate, options.Number("gamma")),
        "PolynomialLR" => new PolynomialDecay(rate, options.Count("total_iters"), options.Number("power")),
        "CosineAnnealingLR" => new CosineAnnealing(rate, options.Count("T_max"), options.Number("eta_min")),
        "CosineAnnealingWarmRestarts" => new CosineWarmRestarts(
            rate, (long)(options.Count("T_0") / fraction), options.Count("T_mult"), options.Number("eta_min")),
        "CyclicLR" => CreateCyclic(options),
        "OneCycleLR" => new OneCycle(
            options.Number("max_lr"),
            (options.Count("epochs", 0) * options.Count("steps_per_epoch", 0)) + options.Count("total_steps", 0),
            options.Number("pct_start"),
            options.Text("anneal_strategy") is "cos" ? AnnealingShape.Cosine : AnnealingShape.Linear,
            options.Number("div_factor"),
            options.Number("final_div_factor"),
            options.Flag("three_phase")),
        "SequentialLR" => new SequentialSchedule(
            [.. options.Parts().Select(part => CreatePart(part, rate))], options.Counts("milestones")),
        "ChainedScheduler" => new ChainedSchedule([.. options.Parts().Select((part, i) => CreatePart(part, i == 0 ? rate : 1))]),
        "SWALR" => new Annealing(
            rate,
            options.Number("swa_lr"),
            options.Count("anneal_epochs"),
            options.Text("anneal_strategy") is "cos" ? AnnealingShape.Cosine : AnnealingShape.Linear),
        _ => throw new ArgumentOutOfRangeException(nameof(scheduler), scheduler, "The catalog has no line for it."),
    };

    private static Schedule CreatePart((string Scheduler, ScheduleOptions Options) part, double rate)
    {
        Schedule schedule = Create(part.Scheduler, part.Options, rate);
        part.Options.AssertAllRead();
        return schedule;
    }

    private static Cyclic CreateCyclic(ScheduleOptions options)
    {
        double low = options.Number("base_lr"), high = options.Number("max_lr"), gamma = options.Number("gamma");
        long up = options.Count("step_size_up"), down = options.Count("step_size_down", up);
        bool perCycle = options.Text("scale_mode") is "cycle";
        CyclicMode mode = options.Text("mode") switch
        {
            "triangular" => CyclicMode.Triangular,
            "triangular2" => CyclicMode.Triangular2,
            _ => CyclicMode.ExponentialRange,
        };
        if (!options.Has("scale_fn"))
            return new(low, high, up, down, mode, gamma);
        Func<long, double> scale = Formula(options.Text("scale_fn"));
        return new(low, high, (cycle, step) => scale(perCycle ? cycle + 1 : step), up, down);
    }

    private static Func<long, double> Formula(string python) => python switch
    {
        "1 / sqrt(1 + epoch)" => step => 1 / Math.Sqrt(1 + step),
        "0.995 ** epoch" => step => Math.Pow(0.995, step),
        "1 / (1 + epoch // 100)" => step => 1.0 / (1 + step / 100),
        "0.998" => _ => 0.998,
        "1 + 0.01 * sin(0.05 * epoch)" => step => 1 + 0.01 * Math.Sin(0.05 * step),
        "1 / x" => x => 1.0 / x,
        _ => throw new ArgumentOutOfRangeException(nameof(python), python, "The catalog has no such formula."),
    };

    private static bool IsPlateau(RecordedSchedule entry) => entry.Scheduler is "ReduceLROnPlateau";
}

/// <summary>The keyword arguments that a scheduler was given, which remember what was read of them.</summary>
public sealed class ScheduleOptions(JsonElement options)
{
    private readonly HashSet<string> _read = [];

    public double Number(string name) => Get(name).GetDouble();

    public long Count(string name) => Get(name).GetInt64();

    /// <summary>With a value for None.</summary>
    public long Count(string name, long otherwise) => Has(name) ? Get(name).GetInt64() : otherwise;

    public long[] Counts(string name) => [.. Get(name).EnumerateArray().Select(entry => entry.GetInt64())];

    public bool Flag(string name) => Get(name).GetBoolean();

    public string Text(string name) => Get(name).GetString()!;

    public bool Has(string name) => Get(name).ValueKind != JsonValueKind.Null;

    public IEnumerable<(string Scheduler, ScheduleOptions Options)> Parts() => Get("schedulers").EnumerateArray()
        .Select(part => (part.GetProperty("scheduler").GetString()!, new ScheduleOptions(part.GetProperty("options"))));

    public void AssertAllRead()
    {
        foreach (JsonProperty option in options.EnumerateObject())
            Assert.That(_read, Does.Contain(option.Name), $"The catalog does not read {option}.");
    }

    private JsonElement Get(string name)
    {
        _read.Add(name);
        return options.GetProperty(name);
    }
}
