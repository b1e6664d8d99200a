using NUnit.Framework;
using TensorEngine.Schedules;

namespace TensorEngine.Tests.Schedules;

/// <summary>Every argument out of its range is named, with its value and what is allowed.</summary>
public class ScheduleArgumentTests
{
    private static readonly ConstantRate s_same = new();

    private static readonly TestCaseData[] s_outOfRange =
    [
        Case(() => s_same.At(-1, 0), "initialRate is -1; it must be at least 0 and finite."),
        Case(() => s_same.At(double.NaN, 0), "initialRate is NaN;"),
        Case(() => s_same.At(double.PositiveInfinity, 0), "initialRate is "),
        Case(() => s_same.At(1, -1), "step is -1; the first step is 0."),
        Case(() => new ConstantStart(1, -2), "factor is -2;"),
        Case(() => new ConstantStart(1, 1e39), "factor is 1E+39; it must be at least 0 and finite as a float."),
        Case(() => new ConstantStart(-3), "steps is -3; it must be at least 0."),
        Case(() => new LinearRamp(1, -1), "startFactor is -1;"),
        Case(() => new LinearRamp(1, 1, double.PositiveInfinity), "endFactor is "),
        Case(() => new LinearRamp(-1), "steps is -1; it must be at least 0."),
        Case(() => new ExponentialDecay(-0.5), "gamma is -0.5;"),
        Case(() => new StepDecay(0), "stepSize is 0; it must be at least 1."),
        Case(() => new StepDecay(1, double.NaN), "gamma is NaN;"),
        Case(() => new MultiStepDecay([3], -1), "gamma is -1;"),
        Case(() => new PolynomialDecay(-1), "steps is -1;"),
        Case(() => new PolynomialDecay(1, 0), "power is 0; it must be above 0"),
        Case(() => new CosineAnnealing(-1), "steps is -1;"),
        Case(() => new CosineAnnealing(1, -1), "minimum is -1;"),
        Case(() => new CosineWarmRestarts(0), "firstSteps is 0;"),
        Case(() => new CosineWarmRestarts(1, 0), "growth is 0;"),
        Case(() => new CosineWarmRestarts(1, 1, double.NaN), "minimum is NaN;"),
        Case(() => new Cyclic(-1, 1, 1), "minimum is -1;"),
        Case(() => new Cyclic(0, -1, 1), "maximum is -1;"),
        Case(() => new Cyclic(0, 1, 0), "stepsUp is 0;"),
        Case(() => new Cyclic(0, 1, 1, -1), "stepsDown is -1;"),
        Case(() => new Cyclic(0, 1, 1, 1, (CyclicMode)7), "mode is 7;"),
        Case(() => new Cyclic(0, 1, 1, gamma: -1), "gamma is -1;"),
        Case(() => new Cyclic(0, 1, 1).Momentum(1, 0.9), "minimum is 1; it must be at least 0 and below 1."),
        Case(() => new Cyclic(0, 1, 1).Momentum(0.8, double.NaN), "maximum is NaN;"),
        Case(() => new OneCycle(double.NaN, 10), "maximum is NaN;"),
        Case(() => new OneCycle(1, 0), "steps is 0;"),
        Case(() => new OneCycle(1, 10, 1.1), "risingShare is 1.1; it must be from 0 to 1."),
        Case(() => new OneCycle(1, 10, double.NaN), "risingShare is NaN;"),
        Case(() => new OneCycle(1, 10, 0.6, threePhases: true), "risingShare is 0.6; it must be from 0 to 0.5."),
        Case(() => new OneCycle(1, 10, shape: (AnnealingShape)2), "shape is 2; it must be Cosine or Linear."),
        Case(() => new OneCycle(1, 10, initialDivisor: 0), "initialDivisor is 0; it must be above 0"),
        Case(() => new OneCycle(1, 10, finalDivisor: -1), "finalDivisor is -1;"),
        Case(() => new OneCycle(1, 10).Momentum(-0.1), "minimum is -0.1;"),
        Case(() => new Annealing(-1, 1), "target is -1;"),
        Case(() => new Annealing(1, -1), "steps is -1;"),
        Case(() => new Annealing(1, 1, (AnnealingShape)(-1)), "shape is -1;"),
        Case(() => new LinearWarmUp(-1, s_same), "steps is -1;"),
        Case(() => new LinearWarmUp(1, s_same, -1), "startFactor is -1;"),
        Case(() => new ConstantWarmUp(-1, s_same), "steps is -1;"),
        Case(() => new ConstantWarmUp(1, s_same, -1), "factor is -1;"),
        Case(() => new ChainedSchedule(new LambdaRate(_ => -1), s_same).At(1, 0), "initialRate is -1;"),
        Case(() => new PlateauOptions { Factor = 1 }, "Factor is 1; it must be at least 0 and below 1."),
        Case(() => new PlateauOptions { Patience = -1 }, "Patience is -1; it must be at least 0."),
        Case(() => new PlateauOptions { Threshold = double.NaN }, "Threshold is NaN;"),
        Case(() => new PlateauOptions { Cooldown = -1 }, "Cooldown is -1;"),
        Case(() => new PlateauOptions { Minimum = -1 }, "Minimum is -1;"),
        Case(() => new PlateauOptions { Epsilon = -1 }, "Epsilon is -1;"),
    ];

    [TestCaseSource(nameof(s_outOfRange))]
    public void Is_refused(Func<object> create, string message)
    {
        ArgumentOutOfRangeException? error = Assert.Throws<ArgumentOutOfRangeException>(() => create());
        Assert.That(error!.Message, Does.StartWith(message));
        Assert.That(message, Does.StartWith(error.ParamName + " is "));
    }

    [Test]
    public void Lists_that_do_not_fit_are_refused()
    {
        Refuse(() => new MultiStepDecay([5, -1]), "milestones[1] is -1; it must be at least 0.");
        Refuse(() => new ChainedSchedule(), "schedules has 0 elements; there must be at least one.");
        Refuse(() => new SequentialSchedule([], []), "schedules has 0 elements, milestones has 0;");
        Refuse(() => new SequentialSchedule([s_same, s_same], [1, 2]), "schedules has 2 elements, milestones has 2;");
        Refuse(() => new SequentialSchedule([s_same, s_same], [-1]), "milestones[0] is -1; it must be at least 0.");
        Refuse(() => new SequentialSchedule([s_same, s_same, s_same], [4, 3]), "milestones[1] is 3; it must be at least 4.");

        static void Refuse(Func<object> create, string message) =>
            Assert.That(() => create(), Throws.ArgumentException.With.Message.StartsWith(message));
    }

    [Test]
    public void Null_is_refused()
    {
        Refuse(() => new LambdaRate(null!), "factor");
        Refuse(() => new MultiplicativeRate(null!), "factor");
        Refuse(() => new Cyclic(0, 1, scale: null!, 1), "scale");
        Refuse(() => new LinearWarmUp(1, null!), "then");
        Refuse(() => new ConstantWarmUp(1, null!), "then");
        Refuse(() => new ChainedSchedule(s_same, null!), "schedules");
        Refuse(() => new SequentialSchedule([null!], []), "schedules");

        static void Refuse(Func<object> create, string name) =>
            Assert.That(() => create(), Throws.ArgumentNullException.With.Property(nameof(ArgumentException.ParamName)).EqualTo(name));
    }

    private static TestCaseData Case(Func<object> create, string message) => new TestCaseData(create, message).SetArgDisplayNames(message);
}
