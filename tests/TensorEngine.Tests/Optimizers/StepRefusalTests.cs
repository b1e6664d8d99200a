using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>What steps over own memory refuse, and that they then have changed nothing.</summary>
public sealed class StepRefusalTests
{
    private const int Length = 20;

    [Test]
    public void BuffersOfOtherLengths(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer, [Values(-Length, -1, 1)] int more)
    {
        string[] names = BufferNames(optimizer);
        for (int wrong = 1; wrong < names.Length; wrong++)
        {
            Memory<float>[] buffers = [.. names.Select((_, i) => new Memory<float>(Filled(Length + (i == wrong ? more : 0))))];
            // An empty state behind all others is one that is missing.
            bool isMissing = more == -Length && wrong >= 2 && wrong == names.Length - 1;
            Refusal.OfArgument<ArgumentException>(
                names[wrong],
                () => optimizer.Step(Spans(buffers), step: 1),
                isMissing ? "state buffers are given" : $"{names[wrong]} has {Length + more} elements, values has {Length}",
                isMissing ? $"has {names.Length - 2}" : "must have the same length");
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
                    names[second], () => optimizer.Step(Spans(buffers), step: 1), $"{names[second]} overlaps {names[first]}", "must not share memory");
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

    [Test]
    public void StepsBeforeTheFirst([ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer)
    {
        Memory<float>[] buffers = [.. BufferNames(optimizer).Select(_ => new Memory<float>(Filled(Length)))];
        foreach (long step in new[] { 0, -1, long.MinValue })
        {
            Refusal.OfArgument<ArgumentOutOfRangeException>(
                "step", () => optimizer.Step(Spans(buffers), step), $"step is {step}", "the first step is 1");
        }

        foreach (Memory<float> buffer in buffers)
            Bits.AssertSame(buffer.Span, Filled(Length), $"a buffer");
    }

    [Test]
    public void NoOptions([ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Rows))] IOptimizerRow row)
    {
        OptimizerCase optimizer = row.Cases.First();
        Memory<float>[] buffers = [.. BufferNames(optimizer).Select(_ => new Memory<float>(Filled(Length)))];
        Refusal.OfArgument<ArgumentNullException>("options", () => optimizer.StepWithoutOptions(Spans(buffers), step: 1));
    }

    [Test]
    public void MoreOrLessStateThanTheOptionsName(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer)
    {
        int needed = optimizer.States.Count;
        for (int given = 0; given <= 4; given++)
        {
            if (given == needed)
                continue;
            Memory<float>[] buffers = [.. Enumerable.Range(0, 2 + given).Select(_ => new Memory<float>(Filled(Length)))];
            Refusal.OfArgument<ArgumentException>(
                $"state{Math.Min(given, needed)}",
                () => optimizer.Step(Spans(buffers), step: 1),
                $"{given} state buffers are given",
                $"has {needed}");
            foreach (Memory<float> buffer in buffers)
                Bits.AssertSame(buffer.Span, Filled(Length), $"a buffer");
        }
    }

    [Test]
    public void LaterStepsWithoutWhatIsCarried()
    {
        float[] values = Filled(Length), gradients = Filled(Length), first = Filled(Length), second = Filled(Length);
        Refusal.OfArgument<ArgumentException>(
            "step", () => NAdam.Update(new(), 2, values, gradients, first, second), "step is 2", "NAdam carries mu_product");
        foreach (float[] floats in new[] { values, gradients, first, second })
            Bits.AssertSame(floats, Filled(Length), $"a buffer");
    }

    [Test]
    public void WhatIsCarriedStaysWhenAStepIsRefused()
    {
        Refusal.OfArgument<ArgumentException>("state1", () =>
        {
            CarriedNumbers own = default;
            own[0] = 1;
            try
            {
                NAdam.Update(new(), 1, ref own, Filled(Length), Filled(Length), Filled(Length));
            }
            finally
            {
                Assert.That(own[0], Is.EqualTo(1));
            }
        });
    }

    [TestCase(0, 0)]
    [TestCase(0.9, 0.1)]
    [TestCase(0.9, -0.1)]
    public void NesterovWithoutMomentumOrWithDampening(double momentum, double dampening)
    {
        var options = new SgdOptions { Nesterov = true, Momentum = momentum, Dampening = dampening };
        float[] values = Filled(Length), gradients = Filled(Length), buffer = Filled(Length);
        Refusal.OfArgument<ArgumentException>(
            "options",
            () => Sgd.Update(options, 1, values, gradients, buffer),
            $"Momentum {momentum}",
            $"Dampening {dampening}",
            "positive momentum and no dampening");
        foreach (float[] floats in new[] { values, gradients, buffer })
            Bits.AssertSame(floats, Filled(Length), $"a buffer");
    }

    private static string[] BufferNames(OptimizerCase optimizer) => ["values", "gradients", .. optimizer.States.Select((_, i) => $"state{i}")];

    private static float[] Filled(int length) => [.. Enumerable.Range(1, length).Select(i => i / 4f)];

    private static StepBuffers Spans(Memory<float>[] buffers) => new(
        buffers[0].Span,
        buffers[1].Span,
        buffers.Length > 2 ? buffers[2].Span : default,
        buffers.Length > 3 ? buffers[3].Span : default,
        buffers.Length > 4 ? buffers[4].Span : default,
        buffers.Length > 5 ? buffers[5].Span : default);
}
