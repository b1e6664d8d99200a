using TensorEngine.Schedules;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Digests;

/// <summary>Schedules: their values at the first 200 steps and some later ones.</summary>
public static class ScheduleDigests
{
    private const int FirstSteps = 200;
    private const int LastStep = 10_000;

    /// <summary>By Math.Pow and Math.Sin, whose bits are the platform's.</summary>
    private static readonly string[] s_ofThePlatform = ["LambdaLR: power", "MultiplicativeLR: wave"];

    public static IEnumerable<DigestCase> Cases =>
    [
        .. ScheduleCatalog.Cases.Where(one => !s_ofThePlatform.Contains(one.Name, StringComparer.Ordinal)).Select(OfRecorded),
        .. ScheduleCatalog.PlateauCases.Select(OfPlateau),
        Of("constant", 0.1, () => new ConstantRate()),
        Of("constant warm-up", 0.5, () => new ConstantWarmUp(20, new StepDecay(30, 0.7), 0.25)),
        Of("linear warm-up", 0.1, () => new LinearWarmUp(30, new CosineAnnealing(150, 0.001), 0.1)),
        Of("linear warm-up from 0", 0.3, () => new LinearWarmUp(7, new ExponentialDecay(0.97))),
        Of("polynomial, power 2.5", 0.3, () => new PolynomialDecay(170, 2.5)),
        Of("growing restarts", 0.1, () => new CosineWarmRestarts(13, 2, 0.01)),
        Of("annealing", 0.3, () => new Annealing(0.05, 77)),
        Of("multiplicative", 0.5, () => new MultiplicativeRate(step => 1 - 1.0 / (step + 3))),
    ];

    private static DigestCase Of(string name, double initialRate, Func<Schedule> make) =>
        DigestCase.Of($"schedule, {name}", digest => Add(make(), initialRate, digest));

    private static DigestCase OfRecorded(RecordedSchedule recorded) => DigestCase.Of($"schedule, {recorded.Name}", digest =>
    {
        (Schedule rate, Schedule? momentum) = ScheduleCatalog.Create(recorded);
        double initialRate = RecordedSchedules.Instance.BaseRate;
        Add(rate, initialRate, digest);
        if (momentum is not null)
            Add(momentum, initialRate, digest);
    });

    private static DigestCase OfPlateau(RecordedSchedule recorded) => DigestCase.Of($"schedule, {recorded.Name}", digest =>
    {
        ReduceOnPlateau plateau = ScheduleCatalog.CreatePlateau(recorded.Options);
        double rate = RecordedSchedules.Instance.BaseRate;
        foreach (double metric in RecordedSchedules.Instance.Metrics(recorded.Options.Text("mode")))
        {
            if (plateau.Report(metric))
                rate = plateau.Reduced(rate);
            digest.Add(rate);
            digest.Add(plateau.State.Best);
            digest.Add([plateau.State.BadCount, plateau.State.CooldownLeft]);
        }
    });

    private static void Add(Schedule schedule, double initialRate, Digest digest)
    {
        for (long step = 0; step < FirstSteps; step++)
            digest.Add(schedule.At(initialRate, step));
        for (long step = FirstSteps; step <= LastStep; step += 97)
            digest.Add(schedule.At(initialRate, step));
    }
}
