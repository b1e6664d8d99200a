using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>What the static steps refuse, and that they then have changed nothing.</summary>
public sealed class StepRefusalTests
{
    private const int Length = 20;

    public static IEnumerable<TestCaseData> NumberedSteps =>
    [
        NewCase<long>("Sgd", step => Sgd.Step(Floats, Floats, Floats, new() { Momentum = 0.9 }, step)),
        NewCase<long>("AdaGrad", step => AdaGrad.Step(Floats, Floats, Floats, new(), step)),
        NewCase<long>("Adam", step => Adam.Step(Floats, Floats, Floats, Floats, new(), step)),
        NewCase<long>("Adam with amsgrad", step => Adam.Step(Floats, Floats, Floats, Floats, Floats, new() { AmsGrad = true }, step)),
        NewCase<long>("Adamax", step => Adamax.Step(Floats, Floats, Floats, Floats, new(), step)),
        NewCase<long>("NAdam", step => NAdam.Step(Floats, Floats, Floats, Floats, ref Number, new(), step)),
        NewCase<long>("RAdam", step => RAdam.Step(Floats, Floats, Floats, Floats, new(), step)),
        NewCase<long>("Rprop", step => Rprop.Step(Floats, Floats, Floats, Floats, new(), step)),
        NewCase<long>("Asgd", step => Asgd.Step(Floats, Floats, Floats, new(), step)),
        NewCase<long>("ScheduleFreeSgd", step => ScheduleFreeSgd.Step(Floats, Floats, Floats, ref Number, ref Number, new(), step)),
        NewCase<long>(
            "ScheduleFreeAdamW", step => ScheduleFreeAdamW.Step(Floats, Floats, Floats, Floats, ref Number, ref Number, new(), step)),
    ];

    public static IEnumerable<TestCaseData> StepsWithoutOptions =>
    [
        NewCase("Sgd", () => Sgd.Step(Floats, Floats, null!)),
        NewCase("Sgd with momentum", () => Sgd.Step(Floats, Floats, Floats, null!, step: 1)),
        NewCase("Momentum", () => Momentum.Step(Floats, Floats, Floats, null!)),
        NewCase("AdaGrad", () => AdaGrad.Step(Floats, Floats, Floats, null!, step: 1)),
        NewCase("Adam", () => Adam.Step(Floats, Floats, Floats, Floats, null!, step: 1)),
        NewCase("Adam with amsgrad", () => Adam.Step(Floats, Floats, Floats, Floats, Floats, null!, step: 1)),
        NewCase("Nesterov", () => Nesterov.Step(Floats, Floats, Floats, null!)),
        NewCase("Adamax", () => Adamax.Step(Floats, Floats, Floats, Floats, null!, step: 1)),
        NewCase("NAdam", () => NAdam.Step(Floats, Floats, Floats, Floats, ref Number, null!, step: 1)),
        NewCase("RAdam", () => RAdam.Step(Floats, Floats, Floats, Floats, null!, step: 1)),
        NewCase("Adadelta", () => Adadelta.Step(Floats, Floats, Floats, Floats, null!)),
        NewCase("RmsProp", () => RmsProp.Step(Floats, Floats, Floats, null!)),
        NewCase("RmsProp with two states", () => RmsProp.Step(Floats, Floats, Floats, Floats, null!)),
        NewCase("RmsProp with three states", () => RmsProp.Step(Floats, Floats, Floats, Floats, Floats, null!)),
        NewCase("Rprop", () => Rprop.Step(Floats, Floats, Floats, Floats, null!, step: 1)),
        NewCase("Asgd", () => Asgd.Step(Floats, Floats, Floats, null!, step: 1)),
        NewCase("Lion", () => Lion.Step(Floats, Floats, Floats, null!)),
        NewCase("ScheduleFreeSgd", () => ScheduleFreeSgd.Step(Floats, Floats, Floats, ref Number, ref Number, null!, step: 1)),
        NewCase("ScheduleFreeSgd to evaluate", () => ScheduleFreeSgd.Evaluate(Floats, Floats, Floats, null!)),
        NewCase("ScheduleFreeAdamW", () => ScheduleFreeAdamW.Step(Floats, Floats, Floats, Floats, ref Number, ref Number, null!, step: 1)),
        NewCase("ScheduleFreeAdamW to evaluate", () => ScheduleFreeAdamW.Evaluate(Floats, Floats, Floats, null!)),
    ];

    private static float[] Floats => new float[Length];

    private static ref double Number => ref (new double[1])[0];

    [Test]
    public void BuffersOfOtherLengths(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer, [Values(-Length, -1, 1)] int more)
    {
        string[] names = BufferNames(optimizer);
        for (int wrong = 1; wrong < names.Length; wrong++)
        {
            Memory<float>[] buffers = [.. names.Select((_, i) => new Memory<float>(Filled(Length + (i == wrong ? more : 0))))];
            Refusal.OfArgument<ArgumentException>(
                names[wrong],
                () => optimizer.Step(Spans(buffers), step: 1),
                $"{names[wrong]} has {Length + more} elements, values has {Length}",
                "must have the same length");
            foreach (Memory<float> buffer in buffers)
                Bits.AssertSame(buffer.Span, Filled(buffer.Length), $"{names[wrong]} of another length");
        }
    }

    [Test]
    public void BuffersThatOverlapByOneElement([ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer)
    {
        string[] names = BufferNames(optimizer);
        for (int second = 1; second < names.Length; second++)
        {
            for (int first = 0; first < second; first++)
            {
                float[] shared = Filled(2 * Length);
                Memory<float>[] buffers = [.. names.Select(_ => new Memory<float>(Filled(Length)))];
                buffers[first] = shared.AsMemory(0, Length);
                buffers[second] = shared.AsMemory(Length - 1, Length);
                Refusal.OfArgument<ArgumentException>(
                    names[second], () => optimizer.Step(Spans(buffers), step: 1), $"{names[second]} overlaps {names[first]}", "different memory");
                Bits.AssertSame(shared, Filled(2 * Length), $"{names[first]} and {names[second]}");
                foreach (Memory<float> buffer in buffers.Where((_, i) => i != first && i != second))
                    Bits.AssertSame(buffer.Span, Filled(Length), $"other buffers than {names[first]} and {names[second]}");
            }
        }
    }

    [Test]
    public void BuffersSideBySideAreFine([ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer)
    {
        int count = BufferNames(optimizer).Length;
        float[] shared = Filled(count * Length);
        Memory<float>[] together = [.. Enumerable.Range(0, count).Select(i => shared.AsMemory(i * Length, Length))];
        Memory<float>[] apart = [.. together.Select(part => new Memory<float>(part.ToArray()))];

        optimizer.Step(Spans(together), step: 1);
        optimizer.Step(Spans(apart), step: 1);

        for (int i = 0; i < count; i++)
            Bits.AssertSame(together[i].Span, apart[i].Span, $"buffer {i}");
    }

    [TestCaseSource(nameof(NumberedSteps))]
    public void StepsBeforeTheFirst(Action<long> run)
    {
        run(1);
        run(long.MaxValue);
        foreach (long step in new[] { 0, -1, long.MinValue })
            Refusal.OfArgument<ArgumentOutOfRangeException>("step", () => run(step), $"step is {step}", "the first step is 1");
    }

    [TestCaseSource(nameof(StepsWithoutOptions))]
    public void NoOptions(Action run) => Refusal.OfArgument<ArgumentNullException>("options", run);

    [Test]
    public void OptionsThatNeedAnotherOverload()
    {
        float[] values = Filled(Length), gradients = Filled(Length), state = Filled(Length), state1 = Filled(Length), state2 = Filled(Length);
        var momentum = new SgdOptions { Momentum = 0.9 };
        var amsGrad = new AdamOptions { AmsGrad = true };
        Refusal.OfArgument<ArgumentException>("options", () => Sgd.Step(values, gradients, momentum), "Momentum 0.9", "momentum buffer");
        Refusal.OfArgument<ArgumentException>(
            "options", () => Adam.Step(values, gradients, state, state1, amsGrad, 1), "has AmsGrad", "needs maximumSecondMoment");
        Refusal.OfArgument<ArgumentException>(
            "options", () => Adam.Step(values, gradients, state, state1, state2, new(), 1), "no AmsGrad", "maximumSecondMoment is given");
        var centered = new RmsPropOptions { Centered = true };
        Refusal.OfArgument<ArgumentException>(
            "options", () => RmsProp.Step(values, gradients, state, centered), "Centered True and Momentum 0", "take 2 state buffers; 1 are given");
        Refusal.OfArgument<ArgumentException>("options", () => RmsProp.Step(values, gradients, state, state1, new()), "take 1", "2 are given");
        Refusal.OfArgument<ArgumentException>("options", () => RmsProp.Step(values, gradients, state, state1, state2, centered), "3 are given");
        foreach (float[] buffer in new[] { values, gradients, state, state1, state2 })
            Bits.AssertSame(buffer, Filled(Length), $"a buffer");
    }

    [TestCase(0, 0)]
    [TestCase(0.9, 0.1)]
    [TestCase(0.9, -0.1)]
    public void NesterovWithoutMomentumOrWithDampening(double momentum, double dampening)
    {
        var options = new SgdOptions { Nesterov = true, Momentum = momentum, Dampening = dampening };
        float[] values = Filled(Length), gradients = Filled(Length), buffer = Filled(Length);
        Refusal.Of<InvalidOperationException>(
            () => Sgd.Step(values, gradients, buffer, options, 1), $"Momentum {momentum}", $"Dampening {dampening}", "positive momentum and no dampening");
        Refusal.Of<InvalidOperationException>(() => Sgd.Step(values, gradients, options), "positive momentum and no dampening");
        foreach (float[] floats in new[] { values, gradients, buffer })
            Bits.AssertSame(floats, Filled(Length), $"a buffer");
    }

    [Test]
    public void SgdWithoutMomentumLeavesAMomentumBuffer()
    {
        float[] values = Filled(Length), buffer = Filled(Length), expected = Filled(Length);
        Sgd.Step(values, Filled(Length), buffer, new(), step: 1);
        Sgd.Step(expected, Filled(Length), new());
        Bits.AssertSame(values, expected, $"values");
        Bits.AssertSame(buffer, Filled(Length), $"momentum buffer");
    }

    private static string[] BufferNames(OptimizerCase optimizer) => ["values", "gradients", .. optimizer.States.Select(state => state.Argument)];

    private static float[] Filled(int length) => [.. Enumerable.Range(1, length).Select(i => i / 4f)];

    private static StepBuffers Spans(Memory<float>[] buffers) => new(
        buffers[0].Span,
        buffers[1].Span,
        buffers.Length > 2 ? buffers[2].Span : default,
        buffers.Length > 3 ? buffers[3].Span : default,
        buffers.Length > 4 ? buffers[4].Span : default);

    private static TestCaseData NewCase<T>(string name, Action<T> run) => new TestCaseData(run).SetArgDisplayNames(name);

    private static TestCaseData NewCase(string name, Action run) => new TestCaseData(run).SetArgDisplayNames(name);
}
