using NUnit.Framework;
using TensorEngine.Schedules;

namespace TensorEngine.Tests.Schedules;

/// <summary>Rates of 0, factors beyond the range of double, and windows of no steps.</summary>
public class ScheduleLimitTests
{
    private static readonly ExponentialDecay s_doubling = new(2);

    private static readonly TestCaseData[] s_growing =
    [
        Case("ExponentialDecay", s_doubling),
        Case("StepDecay", new StepDecay(1, 2)),
        Case("MultiStepDecay", new MultiStepDecay(new long[2000], 2)),
        Case("LambdaRate", new LambdaRate(step => step == 2000 ? double.PositiveInfinity : 1)),
        Case("MultiplicativeRate", new MultiplicativeRate(_ => 2)),
        Case("ChainedSchedule", new ChainedSchedule(new ConstantStart(5), s_doubling, new StepDecay(1, 2))),
        Case("SequentialSchedule", new SequentialSchedule([new ConstantStart(5), s_doubling], [0])),
        Case("LinearWarmUp", new LinearWarmUp(0, s_doubling)),
        Case("ConstantWarmUp", new ConstantWarmUp(0, s_doubling)),
    ];

    [TestCaseSource(nameof(s_growing))]
    public void A_rate_of_0_stays_0(Schedule schedule)
    {
        Assert.That(schedule.At(0, 2000), Is.Zero);
        Assert.That(schedule.At(1, 2000), Is.EqualTo(double.MaxValue), "a rate beyond the range of double");
    }

    [Test]
    public void A_factor_of_0_makes_any_rate_0()
    {
        Assert.That(new ChainedSchedule(s_doubling, new LambdaRate(_ => 0)).At(1, 2000), Is.Zero);
        Assert.That(new ChainedSchedule(s_doubling, new ExponentialDecay(0)).At(1, 2000), Is.Zero);
        Assert.That(new MultiplicativeRate(step => step == 2000 ? 0 : 2).At(1, 2000), Is.Zero);
        Assert.That(new ChainedSchedule(s_doubling, new CosineAnnealing(1000, 0.25)).At(1, 3000), Is.EqualTo(0.25));
    }

    [Test]
    public void A_cycle_whose_amplitude_leaves_the_range_of_double_begins_at_its_minimum()
    {
        var cyclic = new Cyclic(0.5, 2, 1, mode: CyclicMode.ExponentialRange, gamma: 2);
        Assert.That(cyclic.At(0, 2000), Is.EqualTo(0.5));
        Assert.That(cyclic.At(0, 2001), Is.EqualTo(double.MaxValue));
        Assert.That(new Cyclic(0.5, 0.5, 1, mode: CyclicMode.ExponentialRange, gamma: 2).At(0, 2001), Is.EqualTo(0.5));
        Assert.That(new Cyclic(0.5, 2, (_, _) => double.PositiveInfinity, 1).At(0, 2000), Is.EqualTo(0.5));
    }

    [Test]
    public void Windows_of_no_steps_are_over_after_their_start()
    {
        Assert.That(Rates(new ConstantStart(0, 0.5)), Is.EqualTo(new[] { 1, 1, 1 }));
        Assert.That(Rates(new LinearRamp(0, 0.5, 0.25)), Is.EqualTo(new[] { 0.5, 0.25, 0.25 }));
        Assert.That(Rates(new PolynomialDecay(0)), Is.EqualTo(new[] { 1, 0, 0 }));
        Assert.That(Rates(new CosineAnnealing(0, 0.25)), Is.EqualTo(new[] { 1, 0.25, 0.25 }));
        Assert.That(Rates(new Annealing(0.25, 0)), Is.EqualTo(new[] { 0.25, 0.25, 0.25 }));
        Assert.That(Rates(new Cyclic(0, 1, 2, 0)), Is.EqualTo(new[] { 0, 0.5, 0 }));
    }

    [Test]
    public void A_warm_up_may_take_all_steps()
    {
        const long Total = 4;
        foreach (Schedule then in new Schedule[] { new CosineAnnealing(Total - 4), new LinearRamp(Total - 4, 1, 0), new PolynomialDecay(Total - 4) })
        {
            var rate = new LinearWarmUp(4, then);
            Assert.That(Enumerable.Range(0, 5).Select(step => rate.At(1, step)), Is.EqualTo(new[] { 0, 0.25, 0.5, 0.75, 1 }), $"{then}");
        }
    }

    [Test]
    public void A_milestone_of_0_leaves_out_what_stands_before_it()
    {
        Assert.That(Rates(new SequentialSchedule([new ConstantStart(9, 0.5), new StepDecay(1, 0.5)], [0])), Is.EqualTo(new[] { 1, 0.5, 0.25 }));
        Assert.That(
            Rates(new SequentialSchedule([new ConstantRate(), new ConstantStart(9, 0.5), new StepDecay(1, 0.5)], [1, 1])),
            Is.EqualTo(new[] { 1, 1, 0.5 }));
        Assert.That(Rates(new MultiStepDecay([1, 0], 0.5)), Is.EqualTo(new[] { 0.5, 0.25, 0.25 }));
    }

    [Test]
    public void The_list_of_milestones_is_copied_and_left_as_it_is()
    {
        long[] milestones = [2, 1];
        var schedule = new MultiStepDecay(milestones, 0.5);
        Assert.That(milestones, Is.EqualTo(new long[] { 2, 1 }));
        milestones[0] = 0;
        Assert.That(Rates(schedule), Is.EqualTo(new[] { 1, 0.5, 0.25 }));
    }

    private static double[] Rates(Schedule schedule) => [schedule.At(1, 0), schedule.At(1, 1), schedule.At(1, 2)];

    private static TestCaseData Case(string name, Schedule schedule) => new TestCaseData(schedule).SetArgDisplayNames(name);
}
