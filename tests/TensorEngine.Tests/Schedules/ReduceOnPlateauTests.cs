using NUnit.Framework;
using TensorEngine.Schedules;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Schedules;

public class ReduceOnPlateauTests
{
    [TestCaseSource(typeof(ScheduleCatalog), nameof(ScheduleCatalog.PlateauCases))]
    public void Gives_what_torch_gives_over_a_thousand_steps(RecordedSchedule recorded)
    {
        double rate = RecordedSchedules.Instance.BaseRate;
        Follow(ScheduleCatalog.CreatePlateau(recorded.Options), recorded, ref rate, 0, RecordedSchedules.Instance.Steps);
        Assert.That(rate, Is.LessThan(RecordedSchedules.Instance.BaseRate));
    }

    [TestCaseSource(typeof(ScheduleCatalog), nameof(ScheduleCatalog.PlateauCases))]
    public void Resumes_from_its_state_at_any_step(RecordedSchedule recorded)
    {
        ReduceOnPlateau whole = ScheduleCatalog.CreatePlateau(recorded.Options);
        double rate = RecordedSchedules.Instance.BaseRate;
        for (int step = 0; step < RecordedSchedules.Instance.Steps; step += 37)
        {
            ReduceOnPlateau resumed = ScheduleCatalog.CreatePlateau(recorded.Options);
            resumed.State = whole.State;
            double resumedRate = rate;
            Follow(resumed, recorded, ref resumedRate, step, Math.Min(step + 100, RecordedSchedules.Instance.Steps));
            Follow(whole, recorded, ref rate, step, Math.Min(step + 37, RecordedSchedules.Instance.Steps));
        }
    }

    [Test]
    public void Waits_for_its_patience_and_its_cooldown()
    {
        var plateau = new ReduceOnPlateau(new PlateauOptions { Factor = 0.5, Patience = 2, Cooldown = 1 });
        double[] metrics = [5, 4, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3];
        Assert.That(RatesFrom(1, plateau, metrics), Is.EqualTo(new[] { 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25 }));
        Assert.That(plateau.State, Is.EqualTo(new PlateauState(3, 0, 1)));
    }

    [Test]
    public void NaN_counts_as_no_better()
    {
        var plateau = new ReduceOnPlateau(new PlateauOptions { Factor = 0.5, Patience = 1 });
        double[] metrics = [double.NaN, double.NaN, 1, double.NaN, 0.5];
        Assert.That(RatesFrom(1, plateau, metrics), Is.EqualTo(new[] { 1, 0.5, 0.5, 0.5, 0.5 }));
        Assert.That(plateau.State, Is.EqualTo(new PlateauState(0.5, 0, 0)));
    }

    [Test]
    public void Leaves_out_reductions_that_are_too_small()
    {
        var plateau = new ReduceOnPlateau(new PlateauOptions { Patience = 0 });
        Assert.That(RatesFrom(1e-8, plateau, [1, 1]), Is.All.EqualTo(1e-8));
        Assert.That(plateau.State.BadCount, Is.Zero);
    }

    [Test]
    public void Each_rate_is_reduced_by_the_same_factor_and_not_below_the_minimum()
    {
        var plateau = new ReduceOnPlateau(new PlateauOptions { Patience = 0, Factor = 0.25, Minimum = 0.1 });
        Assert.That(plateau.Report(1), Is.False, "the first metric is the best so far");
        Assert.That(plateau.Report(1), Is.True);
        Assert.That(
            new[] { 2, 0.4, 0.3, 0.1, 0.05, 0 }.Select(plateau.Reduced),
            Is.EqualTo(new[] { 0.5, 0.1, 0.1, 0.1, 0.05, 0 }));
        Assert.That(
            () => plateau.Reduced(-1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("rate is -1; it must be at least 0"));
        Assert.That(() => plateau.Reduced(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Never_raises_the_rate_to_its_minimum()
    {
        var plateau = new ReduceOnPlateau(new PlateauOptions { Patience = 0, Minimum = 0.2 });
        Assert.That(RatesFrom(0.1, plateau, [1, 1]), Is.All.EqualTo(0.1));
    }

    [Test]
    public void A_state_that_cannot_be_is_refused_and_changes_nothing()
    {
        var plateau = new ReduceOnPlateau();
        plateau.Report(3);
        PlateauState before = plateau.State;
        PlateauState[] wrong =
        [
            before with { Best = double.NaN }, before with { BadCount = -1 }, before with { CooldownLeft = -1 },
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
        var plateau = new ReduceOnPlateau(new PlateauOptions { Patience = 1 });
        plateau.Report(1);
        double rate = plateau.Reduced(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            rate = plateau.Report(1) ? plateau.Reduced(rate) : rate;
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Texts_do_not_follow_the_culture()
    {
        using var german = new GermanNumbers();
        Assert.That(new PlateauState(-0.25, 1, 2).ToString(), Is.EqualTo("PlateauState { Best = -0.25, BadCount = 1, CooldownLeft = 2 }"));
        Assert.That(
            new PlateauOptions { Threshold = 0.5 }.ToString(),
            Is.EqualTo(
                "PlateauOptions { Maximize = False, Factor = 0.1, Patience = 10, Threshold = 0.5, AbsoluteThreshold = False, "
                + "Cooldown = 0, Minimum = 0, Epsilon = 1E-08 }"));
    }

    /// <summary>The rates after each metric.</summary>
    private static double[] RatesFrom(double rate, ReduceOnPlateau plateau, double[] metrics) =>
        [.. metrics.Select(metric => rate = plateau.Report(metric) ? plateau.Reduced(rate) : rate)];

    private static void Follow(ReduceOnPlateau plateau, RecordedSchedule recorded, ref double rate, int from, int to)
    {
        double[] metrics = RecordedSchedules.Instance.Metrics(recorded.Options.Text("mode"));
        double[] rates = recorded.Rates;
        for (int step = from; step < to; step++)
        {
            Assert.That(rate, Is.EqualTo(rates[step]).Within(1e-12 * RecordedSchedules.Instance.BaseRate), $"step {step}");
            if (plateau.Report(metrics[step]))
                rate = plateau.Reduced(rate);
        }
    }
}
