using NUnit.Framework;
using TensorEngine.Schedules;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Schedules;

public class ReduceOnPlateauTests
{
    [TestCaseSource(typeof(ScheduleCatalog), nameof(ScheduleCatalog.PlateauCases))]
    public void Gives_what_torch_gives_over_a_thousand_steps(RecordedSchedule recorded)
    {
        ReduceOnPlateau plateau = ScheduleCatalog.CreatePlateau(recorded);
        Follow(plateau, recorded, 0, RecordedSchedules.Instance.Steps);
        Assert.That(plateau.Rate, Is.LessThan(RecordedSchedules.Instance.BaseRate));
    }

    [TestCaseSource(typeof(ScheduleCatalog), nameof(ScheduleCatalog.PlateauCases))]
    public void Resumes_from_its_state_at_any_step(RecordedSchedule recorded)
    {
        ReduceOnPlateau whole = ScheduleCatalog.CreatePlateau(recorded);
        for (int step = 0; step < RecordedSchedules.Instance.Steps; step += 37)
        {
            ReduceOnPlateau resumed = ScheduleCatalog.CreatePlateau(recorded);
            resumed.State = whole.State;
            Follow(resumed, recorded, step, Math.Min(step + 100, RecordedSchedules.Instance.Steps));
            Follow(whole, recorded, step, Math.Min(step + 37, RecordedSchedules.Instance.Steps));
        }
    }

    [Test]
    public void Waits_for_its_patience_and_its_cooldown()
    {
        var plateau = new ReduceOnPlateau(1, new PlateauOptions { Factor = 0.5, Patience = 2, Cooldown = 1 });
        double[] metrics = [5, 4, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3];
        Assert.That(metrics.Select(plateau.Report), Is.EqualTo(new[] { 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25 }));
        Assert.That(plateau.State, Is.EqualTo(new PlateauState(0.25, 3, 0, 1)));
    }

    [Test]
    public void NaN_counts_as_no_better()
    {
        var plateau = new ReduceOnPlateau(1, new PlateauOptions { Factor = 0.5, Patience = 1 });
        double[] metrics = [double.NaN, double.NaN, 1, double.NaN, 0.5];
        Assert.That(metrics.Select(plateau.Report), Is.EqualTo(new[] { 1, 0.5, 0.5, 0.5, 0.5 }));
        Assert.That(plateau.State, Is.EqualTo(new PlateauState(0.5, 0.5, 0, 0)));
    }

    [Test]
    public void Leaves_out_reductions_that_are_too_small()
    {
        var plateau = new ReduceOnPlateau(1e-8, new PlateauOptions { Patience = 0 });
        plateau.Report(1);
        Assert.That(plateau.Report(1), Is.EqualTo(1e-8));
        Assert.That(plateau.State.BadCount, Is.Zero);
    }

    [Test]
    public void Never_raises_the_rate_to_its_minimum()
    {
        var plateau = new ReduceOnPlateau(0.1, new PlateauOptions { Patience = 0, Minimum = 0.2 });
        plateau.Report(1);
        Assert.That(plateau.Report(1), Is.EqualTo(0.1));
    }

    [Test]
    public void A_state_that_cannot_be_is_refused_and_changes_nothing()
    {
        var plateau = new ReduceOnPlateau(0.1);
        plateau.Report(3);
        PlateauState before = plateau.State;
        PlateauState[] wrong =
        [
            before with { Rate = -1 }, before with { Rate = double.NaN }, before with { Best = double.NaN },
            before with { BadCount = -1 }, before with { CooldownLeft = -1 },
        ];
        foreach (PlateauState state in wrong)
        {
            Assert.That(() => plateau.State = state, Throws.ArgumentException.With.Message.Contains(state.ToString()));
            Assert.That(plateau.State, Is.EqualTo(before));
        }
    }

    [Test]
    public void Reporting_allocates_nothing()
    {
        var plateau = new ReduceOnPlateau(0.1, new PlateauOptions { Patience = 1 });
        plateau.Report(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            plateau.Report(1);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Follow(ReduceOnPlateau plateau, RecordedSchedule recorded, int from, int to)
    {
        double[] metrics = RecordedSchedules.Instance.Metrics(recorded.Options.Text("mode"));
        double[] rates = recorded.Rates;
        for (int step = from; step < to; step++)
        {
            Assert.That(plateau.Rate, Is.EqualTo(rates[step]).Within(1e-12 * RecordedSchedules.Instance.BaseRate), $"step {step}");
            Assert.That(plateau.Report(metrics[step]), Is.EqualTo(plateau.Rate));
        }
    }
}
