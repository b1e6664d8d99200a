using NUnit.Framework;
using TensorEngine.Schedules;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Schedules;

/// <summary>What holds for every schedule, and what PyTorch has no recording of.</summary>
public class ScheduleTests
{
    private static readonly double s_initial = RecordedSchedules.Instance.BaseRate;

    [TestCaseSource(typeof(ScheduleCatalog), nameof(ScheduleCatalog.Cases))]
    public void Asking_allocates_nothing(RecordedSchedule recorded)
    {
        (Schedule rate, Schedule? momentum) = ScheduleCatalog.Create(recorded);
        momentum ??= rate;
        double sum = rate.At(s_initial, 2) + momentum.At(s_initial, 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (long step = 0; step < 100; step++)
            sum += rate.At(s_initial, step) + momentum.At(s_initial, step);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.Zero);
        Assert.That(sum, Is.Not.NaN);
    }

    [TestCaseSource(typeof(ScheduleCatalog), nameof(ScheduleCatalog.Cases))]
    public void A_negative_step_is_refused(RecordedSchedule recorded)
    {
        (Schedule rate, _) = ScheduleCatalog.Create(recorded);
        Assert.That(() => rate.At(s_initial, -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("step is -1; the first step is 0."));
    }

    [TestCaseSource(typeof(ScheduleCatalog), nameof(ScheduleCatalog.Cases))]
    public void The_last_step_of_all_has_a_rate(RecordedSchedule recorded)
    {
        if (recorded.Scheduler is "MultiplicativeLR" or "LambdaLR")
            return; // the one multiplies its way there, the other is as good as its function
        (Schedule rate, Schedule? momentum) = ScheduleCatalog.Create(recorded);
        Assert.That(rate.At(s_initial, long.MaxValue), Is.InRange(0, recorded.Rates.Max() * (1 + 1e-12)));
        Assert.That(momentum?.At(s_initial, long.MaxValue) ?? 0, Is.InRange(0, 1));
    }

    [Test]
    public void The_stated_error_is_the_tested_one() =>
        Assert.That(DocumentedText.Of("T:TensorEngine.Schedules.Schedule"), Does.Contain($"at most {TorchTests.ExactBound:0e-00} of its largest rate"));

    [Test]
    public void Ends_are_met_exactly()
    {
        var cosine = new CosineAnnealing(1000, 0.02);
        Assert.That(cosine.At(0.1, 0), Is.EqualTo(0.1));
        Assert.That(cosine.At(0.1, 1000), Is.EqualTo(0.02));
        Assert.That(cosine.At(0.1, 2000), Is.EqualTo(0.1));
        Assert.That(new OneCycle(0.1, 1000).At(5, 299), Is.EqualTo(0.1));
        Assert.That(new OneCycle(0.1, 1000).Momentum().At(0.5, 0), Is.EqualTo(0.95));
        Assert.That(new OneCycle(0.1, 1000).At(5, 999), Is.EqualTo(0.1 / 25 / 1e4));
        Assert.That(new Annealing(0.7, 10).At(0.1, 10), Is.EqualTo(0.7));
        Assert.That(new LinearRamp(5).At(0.1, 5), Is.EqualTo(0.1));
        Assert.That(new Cyclic(0.01, 0.1, 50).At(5, 50), Is.EqualTo(0.1));
        Assert.That(new ConstantRate().At(0.3, long.MaxValue), Is.EqualTo(0.3));
    }

    [TestCase(1, 0.3, false)]
    [TestCase(2, 0.3, true)]
    [TestCase(3, 0.3, true)]
    [TestCase(10, 0.0, false)]
    [TestCase(10, 0.1, true)]
    [TestCase(10, 0.5, true)]
    [TestCase(10, 1.0, false)]
    public void One_cycle_of_hardly_any_steps_stays_between_its_ends(long steps, double risingShare, bool threePhases)
    {
        var rate = new OneCycle(1, steps, risingShare, threePhases: threePhases);
        for (long step = 0; step < steps + 3; step++)
        {
            Assert.That(rate.At(s_initial, step), Is.InRange(1 / 25e4, 1));
            Assert.That(rate.Momentum().At(s_initial, step), Is.InRange(0.85, 0.95));
            Assert.That(step < steps || rate.At(s_initial, step) == rate.At(s_initial, steps - 1), "it stays after the end");
        }
    }

    [Test]
    public void A_linear_warm_up_leads_to_the_first_rate()
    {
        var then = new CosineAnnealing(100);
        var rate = new LinearWarmUp(4, then);
        Assert.That(Enumerable.Range(0, 4).Select(step => rate.At(0.4, step)), Is.EqualTo(new[] { 0, 0.1, 0.2, 0.3 }).Within(1e-15));
        Assert.That(rate.At(0.4, 4), Is.EqualTo(0.4));
        Assert.That(rate.At(0.4, 54), Is.EqualTo(then.At(0.4, 50)));
        Assert.That(new LinearWarmUp(4, then, 0.5).At(0.4, 1), Is.EqualTo(0.4 * 0.625).Within(1e-15));
        Assert.That(new LinearWarmUp(0, then).At(0.4, 0), Is.EqualTo(0.4));
    }

    [Test]
    public void A_constant_warm_up_leads_to_the_first_rate()
    {
        var then = new ExponentialDecay(0.9);
        var rate = new ConstantWarmUp(4, then, 0.25);
        Assert.That(rate.At(0.4, 0), Is.EqualTo(0.1));
        Assert.That(rate.At(0.4, 3), Is.EqualTo(0.1));
        Assert.That(rate.At(0.4, 4), Is.EqualTo(0.4));
        Assert.That(rate.At(0.4, 6), Is.EqualTo(then.At(0.4, 2)));
    }

    [Test]
    public void Warm_ups_are_the_sequences_that_they_abbreviate()
    {
        var then = new StepDecay(3, 0.5);
        var linear = new SequentialSchedule([new LinearRamp(6, 0.2), then], [6]);
        var constant = new SequentialSchedule([new ConstantStart(6, 0.2), then], [6]);
        for (long step = 0; step < 30; step++)
        {
            Assert.That(Bits.Same(new LinearWarmUp(6, then, 0.2).At(0.1, step), linear.At(0.1, step)));
            Assert.That(Bits.Same(new ConstantWarmUp(6, then, 0.2).At(0.1, step), constant.At(0.1, step)));
        }
    }

    [Test]
    public void Warm_restarts_begin_exactly_where_they_should()
    {
        // Logarithms, which torch uses when it is given an epoch, miss some of these.
        var rate = new CosineWarmRestarts(1, 10, 0.01);
        long start = 0;
        for (long length = 1; length < 1_000_000_000_000; length *= 10)
        {
            Assert.That(rate.At(0.1, start), Is.EqualTo(0.1), $"step {start}");
            start += length;
        }
    }

    [Test]
    public void Schedules_of_other_people_join_in()
    {
        var rate = new SequentialSchedule([new Halving(), new ChainedSchedule(new Halving(), new ConstantStart(9, 3))], [2]);
        Assert.That(Enumerable.Range(0, 4).Select(step => rate.At(1, step)), Is.EqualTo(new[] { 1, 0.5, 3, 1.5 }));
    }

    [Test]
    public void A_multiplicative_rate_calls_its_function_once_for_a_following_step()
    {
        long calls = 0;
        var rate = new MultiplicativeRate(step =>
        {
            calls++;
            return 1 + 1.0 / step;
        });
        for (long step = 0; step <= 1000; step++)
            Assert.That(rate.At(1, step), Is.EqualTo(step + 1.0).Within(1e-13 * (step + 1)));
        Assert.That(calls, Is.EqualTo(1000));
        Assert.That(rate.At(1, 10), Is.EqualTo(11.0).Within(1e-14));
        Assert.That(calls, Is.EqualTo(1010));
    }

    [Test]
    public void A_multiplicative_rate_may_be_asked_from_several_threads()
    {
        var rate = new MultiplicativeRate(step => 1 + 1.0 / (step + 7));
        double[] expected = [.. Enumerable.Range(0, 200).Select(step => rate.At(1, step))];
        Parallel.For(0, 2000, i => Assert.That(Bits.Same(rate.At(1, i * 37 % 200), expected[i * 37 % 200])));
    }

    [Test]
    public void The_bits_are_the_same_everywhere()
    {
        // Without the two that call functions of the system.
        var values = new BitHash();
        foreach (RecordedSchedule recorded in ScheduleCatalog.Cases.Where(entry => entry.Scheduler is not ("LambdaLR" or "MultiplicativeLR")))
        {
            (Schedule rate, Schedule? momentum) = ScheduleCatalog.Create(recorded);
            for (long step = 0; step < 1000; step++)
            {
                values.Add(rate.At(s_initial, step));
                values.Add(momentum?.At(s_initial, step) ?? 0);
            }
        }

        Assert.That(values.Value, Is.EqualTo(8636339946738942881UL));
    }

    private sealed class Halving : Schedule
    {
        protected override double RateAt(double initialRate, long step) => initialRate / (1L << (int)step);
    }
}
