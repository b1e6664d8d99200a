using NUnit.Framework;
using TensorEngine.Schedules;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Schedules;

/// <summary>
/// One schedule for groups with different initial rates, one of them 0, against PyTorch's base_lrs: with minima above 0, targets,
/// warm-ups from 0, and chains.
/// </summary>
public class GroupTests
{
    // Of the largest rate: torch's recursions drift.
    private const double Bound = 1e-12;

    private static IEnumerable<RecordedScheduleGroup> Schedules => RecordedScheduleGroups.Cases.Where(one => !IsPlateau(one));

    private static IEnumerable<RecordedScheduleGroup> Plateaus => RecordedScheduleGroups.Cases.Where(IsPlateau);

    [TestCaseSource(nameof(Schedules))]
    public void Every_group_gets_what_torch_gives_it(RecordedScheduleGroup recorded) =>
        Compare(ScheduleCatalog.Create(recorded.Scheduler, recorded.Options).Rate, recorded);

    [TestCaseSource(nameof(Plateaus))]
    public void Every_group_is_reduced_as_in_torch(RecordedScheduleGroup recorded)
    {
        ReduceOnPlateau plateau = ScheduleCatalog.CreatePlateau(recorded.Options);
        double[] rates = [.. RecordedScheduleGroups.InitialRates];
        double[][] expected = [.. Enumerable.Range(0, rates.Length).Select(recorded.Rates)];
        for (int step = 0; step < RecordedScheduleGroups.Steps; step++)
        {
            Assert.That(rates, Is.EqualTo(expected.Select(group => group[step])).Within(Bound), $"step {step}");
            if (plateau.Report(RecordedScheduleGroups.Metrics[step]))
                rates = [.. rates.Select(plateau.Reduced)];
        }

        Assert.That(rates[0], Is.LessThan(RecordedScheduleGroups.InitialRates[0]));
    }

    [Test]
    public void A_linear_warm_up_from_0_is_torchs_for_every_group() => Compare(
        new LinearWarmUp(20, new CosineAnnealing(150, 0.03)),
        Schedules.Single(one => one.Name is "SequentialLR: warm-up from 0, minimum"));

    private static void Compare(Schedule schedule, RecordedScheduleGroup recorded)
    {
        for (int group = 0; group < RecordedScheduleGroups.InitialRates.Length; group++)
        {
            double[] expected = recorded.Rates(group);
            double allowed = Bound * Math.Max(expected.Max(), RecordedScheduleGroups.InitialRates[group]);
            for (int step = 0; step < expected.Length; step++)
            {
                double actual = schedule.At(RecordedScheduleGroups.InitialRates[group], step);
                if (!(Math.Abs(actual - expected[step]) <= allowed))
                    Assert.Fail($"at step {step} group {group} has {actual:R}, not {expected[step]:R}.");
            }
        }
    }

    private static bool IsPlateau(RecordedScheduleGroup recorded) => recorded.Scheduler is "ReduceLROnPlateau";
}
