using NUnit.Framework;
using TensorEngine.Schedules;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Catalog;

/// <summary>From PyTorch's schedulers and their options to ours: a line per scheduler.</summary>
public static class ScheduleCatalog
{
    /// <summary>Every recorded case but ReduceLROnPlateau, which is no function of the step.</summary>
    public static IEnumerable<RecordedSchedule> Cases => RecordedSchedules.Instance.Cases.Where(entry => !IsPlateau(entry));

    public static IEnumerable<RecordedSchedule> PlateauCases => RecordedSchedules.Instance.Cases.Where(IsPlateau);

    /// <summary>The schedule of the rate, and of the momentum where it has one.</summary>
    public static (Schedule Rate, Schedule? Momentum) Create(RecordedSchedule recorded) =>
        Create(recorded.Scheduler, recorded.Options, recorded.EpochFraction);

    /// <inheritdoc cref="Create(RecordedSchedule)"/>
    public static (Schedule Rate, Schedule? Momentum) Create(string scheduler, TorchOptions options, double fraction = 1)
    {
        Schedule rate = CreateRate(scheduler, options, fraction);
        Schedule? momentum = null;
        if (scheduler is "CyclicLR" or "OneCycleLR")
        {
            double low = options.Number("base_momentum"), high = options.Number("max_momentum");
            if (options.Flag("cycle_momentum"))
                momentum = rate is Cyclic cyclic ? cyclic.Momentum(low, high) : ((OneCycle)rate).Momentum(low, high);
        }

        AssertAllRead(options);
        return (rate, momentum);
    }

    public static ReduceOnPlateau CreatePlateau(TorchOptions options)
    {
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
        AssertAllRead(options);
        return new(ours);
    }

    private static Schedule CreateRate(string scheduler, TorchOptions options, double fraction = 1) => scheduler switch
    {
        "LambdaLR" => new LambdaRate(Formula(options.Text("lr_lambda"))),
        "MultiplicativeLR" => new MultiplicativeRate(Formula(options.Text("lr_lambda"))),
        "StepLR" => new StepDecay(options.Count("step_size"), options.Number("gamma")),
        "MultiStepLR" => new MultiStepDecay(options.Counts("milestones"), options.Number("gamma")),
        "ConstantLR" => new ConstantStart(options.Count("total_iters"), options.Number("factor")),
        "LinearLR" => new LinearRamp(
            options.Count("total_iters"), options.Number("start_factor"), options.Number("end_factor")),
        "ExponentialLR" => new ExponentialDecay(options.Number("gamma")),
        "PolynomialLR" => new PolynomialDecay(options.Count("total_iters"), options.Number("power")),
        "CosineAnnealingLR" => new CosineAnnealing(options.Count("T_max"), options.Number("eta_min")),
        "CosineAnnealingWarmRestarts" => new CosineWarmRestarts(
            (long)(options.Count("T_0") / fraction), options.Count("T_mult"), options.Number("eta_min")),
        "CyclicLR" => CreateCyclic(options),
        "OneCycleLR" => new OneCycle(
            options.Number("max_lr"),
            (options.Count("epochs") * options.Count("steps_per_epoch")) + options.Count("total_steps"),
            options.Number("pct_start"),
            options.Text("anneal_strategy") is "cos" ? AnnealingShape.Cosine : AnnealingShape.Linear,
            options.Number("div_factor"),
            options.Number("final_div_factor"),
            options.Flag("three_phase")),
        "SequentialLR" => new SequentialSchedule(
            [.. options.Schedulers().Select(CreatePart)], options.Counts("milestones")),
        "ChainedScheduler" => new ChainedSchedule([.. options.Schedulers().Select(CreatePart)]),
        "SWALR" => new Annealing(
            options.Number("swa_lr"),
            options.Count("anneal_epochs"),
            options.Text("anneal_strategy") is "cos" ? AnnealingShape.Cosine : AnnealingShape.Linear),
        _ => throw new ArgumentOutOfRangeException(nameof(scheduler), scheduler, "The catalog has no line for it."),
    };

    private static Schedule CreatePart((string Scheduler, TorchOptions Options) part)
    {
        Schedule schedule = CreateRate(part.Scheduler, part.Options);
        AssertAllRead(part.Options);
        return schedule;
    }

    private static Cyclic CreateCyclic(TorchOptions options)
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
        if (options.IsNone("scale_fn"))
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
        "min(1, epoch / 20)" => step => Math.Min(1, step / 20.0),
        _ => throw new ArgumentOutOfRangeException(nameof(python), python, "The catalog has no such formula."),
    };

    private static void AssertAllRead(TorchOptions options) => Assert.That(options.Unread, Is.Empty, "The catalog does not map these options.");

    private static bool IsPlateau(RecordedSchedule entry) => entry.Scheduler is "ReduceLROnPlateau";
}
