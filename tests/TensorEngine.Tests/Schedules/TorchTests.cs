using NUnit.Framework;
using TensorEngine.Schedules;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Schedules;

/// <summary>Every schedule against what PyTorch recorded, and against its closed form in high precision.</summary>
[TestFixtureSource(typeof(ScheduleCatalog), nameof(ScheduleCatalog.Cases))]
public class TorchTests(RecordedSchedule recorded)
{
    // Of the largest rate, as the documentation of Schedule states.
    public const double ExactBound = 1e-14;

    // Of the base rate: torch's recursions drift.
    private const double TorchBound = 1e-12;

    [Test]
    public void Gives_what_torch_gives_over_a_thousand_steps()
    {
        (Schedule rate, Schedule? momentum) = ScheduleCatalog.Create(recorded);
        Assert.That(momentum is null, Is.EqualTo(recorded.Momenta is null));
        double worst = Compare(rate, Numbered(recorded.Rates), TorchBound * RecordedSchedules.Instance.BaseRate);
        if (momentum is not null)
            worst = Math.Max(worst, Compare(momentum, Numbered(recorded.Momenta!), TorchBound));
        TestContext.Out.WriteLine($"largest difference from torch {worst:E2}");
    }

    [Test]
    public void Is_its_closed_form()
    {
        (Schedule rate, Schedule? momentum) = ScheduleCatalog.Create(recorded);
        double worst = Compare(rate, recorded.ExactRates, ExactBound * recorded.Rates.Max()) / recorded.Rates.Max();
        if (momentum is not null)
            worst = Math.Max(worst, Compare(momentum, recorded.ExactMomenta, ExactBound));
        TestContext.Out.WriteLine($"largest error {worst:E2} of the largest rate");
    }

    private static double Compare(Schedule schedule, IEnumerable<(long Step, double Value)> expected, double allowed)
    {
        double worst = 0;
        foreach ((long step, double value) in expected)
        {
            double actual = schedule.At(RecordedSchedules.Instance.BaseRate, step);
            worst = Math.Max(worst, Math.Abs(actual - value));
            if (!(Math.Abs(actual - value) <= allowed))
                Assert.Fail($"at step {step} it is {actual:R}, not {value:R}.");
        }

        return worst;
    }

    private static IEnumerable<(long Step, double Value)> Numbered(double[] values) => values.Select((value, step) => ((long)step, value));
}
