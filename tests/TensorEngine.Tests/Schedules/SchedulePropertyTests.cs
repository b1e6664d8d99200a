using CsCheck;
using NUnit.Framework;
using TensorEngine.Schedules;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Schedules;

/// <summary>Any steps in any order, and any schedules one after the other or in a chain.</summary>
public sealed class SchedulePropertyTests
{
    private static readonly double s_initial = RecordedSchedules.Instance.BaseRate;

    private static readonly Gen<Schedule> s_schedule = Gen.OneOf(
        Gen.Double[0.5, 1].Select(gamma => (Schedule)new ExponentialDecay(gamma)),
        Gen.Select(Gen.Int[1, 20], Gen.Double[0.1, 1], (steps, gamma) => (Schedule)new StepDecay(steps, gamma)),
        Gen.Select(Gen.Int[1, 50], Gen.Double[0, 0.1], (steps, least) => (Schedule)new CosineAnnealing(steps, least)),
        Gen.Select(Gen.Int[1, 50], Gen.Double[0.5, 3], (steps, power) => (Schedule)new PolynomialDecay(steps, power)),
        Gen.Select(Gen.Int[1, 50], Gen.Double[0.1, 1], (steps, start) => (Schedule)new LinearRamp(steps, start)));

    private static readonly Gen<long> s_step = Gen.OneOf(Gen.Long[0, 300], Gen.Long[0, long.MaxValue]);

    /// <summary>A schedule that has answered for other steps answers as one made anew.</summary>
    [TestCaseSource(typeof(ScheduleCatalog), nameof(ScheduleCatalog.Cases))]
    public void TheValueDependsOnTheStepAlone(RecordedSchedule recorded)
    {
        (Schedule rate, Schedule? momentum) = ScheduleCatalog.Create(recorded);
        bool multiplies = recorded.Scheduler is "MultiplicativeLR" or "LambdaLR"; // the one walks to its step, the other is its function
        (multiplies ? Gen.Long[0, 300] : s_step).Array[1, 20].Sample(
            steps =>
            {
                (Schedule fresh, Schedule? freshMomentum) = ScheduleCatalog.Create(recorded);
                return Array.TrueForAll(steps, step => Bits.Same(rate.At(s_initial, step), fresh.At(s_initial, step))
                    && (momentum is null || Bits.Same(momentum.At(s_initial, step), freshMomentum!.At(s_initial, step))));
            },
            iter: 20,
            threads: 1);
    }

    [Test]
    public void SchedulesInARowRunFromTheirOwnStepZero() =>
        Gen.Select(s_schedule.Array[1, 5], Gen.Long[0, 40].Array[4], Gen.Long[0, 200]).Sample(
            (schedules, gaps, step) =>
            {
                long[] milestones = new long[schedules.Length - 1];
                for (int i = 0; i < milestones.Length; i++)
                    milestones[i] = (i == 0 ? 0 : milestones[i - 1]) + gaps[i];
                int part = milestones.Count(milestone => milestone <= step);
                double expected = schedules[part].At(0.3, part == 0 ? step : step - milestones[part - 1]);
                return Bits.Same(new SequentialSchedule(schedules, milestones).At(0.3, step), expected);
            },
            iter: 1000,
            threads: 1);

    [Test]
    public void AChainFeedsEachScheduleWhatTheOneBeforeGives() => Gen.Select(s_schedule.Array[1, 4], Gen.Long[0, 200]).Sample(
        (schedules, step) => Bits.Same(
            new ChainedSchedule(schedules).At(0.3, step), schedules.Aggregate(0.3, (rate, schedule) => schedule.At(rate, step))),
        iter: 1000,
        threads: 1);

    /// <summary>No schedule of these leaves what lies between its ends.</summary>
    [Test]
    public void RatesStayBetweenTheEnds() => Gen.Select(s_schedule, s_step).Sample(
        (schedule, step) => schedule.At(0.3, step) is >= 0 and <= 0.3 * (1 + 1e-12), iter: 1000, threads: 1);
}
