using NUnit.Framework;
using TensorEngine.Autograd.Operations;
using TensorEngine.Compression;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Optimizers;

namespace TensorEngine.Autograd.Tests;

/// <summary>Parameters of a store of bf16 on the tape, beside those of one of floats with the same values.</summary>
public sealed class BFloat16ParameterTests
{
    private const int Inputs = 20;
    private const int Outputs = 7;
    private const int Rows = 9;

    [Test]
    public void ValuesAndGradientsAreThoseOfFloatsToAPlace()
    {
        ParameterStore halves = Store(ValuePrecision.BFloat16), floats = Store(ValuePrecision.Float32);
        Initialize.Normal(halves["w"], new Philox(1));
        BFloat16.Widen(halves["w"].BFloat16Values, floats["w"].Values);
        var tape = new Tape();
        double loss = Loss(tape, halves), expected = Loss(tape, floats);
        Assert.That(loss, Is.EqualTo(expected));
        foreach (string name in (string[])["w", "b"])
        {
            Assert.That(
                halves[name].BFloat16Gradients.ToArray(), Is.EqualTo(floats[name].Gradients.ToArray().Select(BFloat16.FromSingle)), name);
        }
    }

    [Test]
    public void ASecondPassAddsAndAThirdStepAllocatesNothing()
    {
        ParameterStore store = Store(ValuePrecision.BFloat16);
        Initialize.Normal(store["w"], new Philox(1));
        var tape = new Tape();
        Loss(tape, store);
        ushort[] once = store["w"].BFloat16Gradients.ToArray();
        Loss(tape, store);
        Assert.That(
            store["w"].BFloat16Gradients.ToArray(), Is.EqualTo(once.Select(one => BFloat16.FromSingle(2 * BFloat16.ToSingle(one)))));

        var adam = new Adam(store, new() { LearningRate = 0.01 }) { GradientOptions = { Clear = true } };
        double first = Loss(tape, store), last = 0;
        adam.Step();
        for (int i = 0; i < 60; i++)
        {
            last = Loss(tape, store);
            adam.Step();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Loss(tape, store);
        adam.Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(last, Is.LessThan(0.5 * first));
    }

    [Test]
    public void WhatIsNotTrainableHasNoGradient()
    {
        ParameterStore store = Store(ValuePrecision.BFloat16);
        store["w"].Trainable = false;
        Loss(new Tape(), store);
        Assert.That(store["w"].BFloat16Gradients.IndexOfAnyExcept((ushort)0), Is.EqualTo(-1));
        Assert.That(store["b"].BFloat16Gradients.IndexOfAnyExcept((ushort)0), Is.Not.EqualTo(-1));
    }

    private static readonly float[] s_data = [.. Enumerable.Range(0, Rows * Inputs).Select(i => MathF.Sin(i))];
    // Kept, as in Debug the span behind it is allocated each time.
    private static readonly Shape s_shape = [Rows, Inputs];
    private static readonly int[] s_labels = [.. Enumerable.Range(0, Rows).Select(i => i % Outputs)];

    private static double Loss(Tape tape, ParameterStore store)
    {
        tape.Reset();
        Variable loss = tape.Constant(s_data, s_shape)
            .Linear(tape.Parameter(store["w"]), tape.Parameter(store["b"])).CrossEntropy(s_labels);
        tape.Backward(loss);
        return loss.Item();
    }

    private static ParameterStore Store(ValuePrecision precision)
    {
        var store = new ParameterStore(precision);
        store.Add("w", [Outputs, Inputs]);
        store.Add("b", [Outputs]);
        store.Freeze();
        return store;
    }
}
