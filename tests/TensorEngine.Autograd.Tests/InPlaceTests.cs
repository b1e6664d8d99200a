using NUnit.Framework;
using TensorEngine.Autograd.Operations;
using TensorEngine.Tests.Support;

namespace TensorEngine.Autograd.Tests;

/// <summary>A result that is written over its input: the same bits, and nobody reads what is gone.</summary>
public sealed class InPlaceTests
{
    private static readonly float[] s_data = [1, -2, 3, -4];

    [Test]
    public void ValuesAndGradientsHaveTheSameBits()
    {
        (float[] values, float[] gradient) = Run(inPlace: false);
        (float[] same, float[] sameGradient) = Run(inPlace: true);
        Bits.AssertSame(same, values, $"values");
        Bits.AssertSame(sameGradient, gradient, $"gradient");
        Assert.That(gradient, Is.Not.All.Zero);

        static (float[] Values, float[] Gradient) Run(bool inPlace)
        {
            var tape = new Tape();
            Variable input = tape.Input(s_data, [4]), hidden = (2 * input).Relu(inPlace);
            tape.Backward((hidden * hidden).Sum());
            return (hidden.Values.ToArray(), input.Gradient.ToArray());
        }
    }

    [Test]
    public void WhatWasOverwrittenIsRefused()
    {
        var tape = new Tape();
        Variable input = tape.Input(s_data, [4]), twice = 2 * input, view = twice.Reshape([2, 2]), other = twice.Reshape([4, 1]);
        Variable result = view.Relu(inPlace: true);
        int count = tape.Count;
        foreach (Variable gone in (Variable[])[twice, view, other])
        {
            Assert.That(() => gone.Values.Length, Throws.InvalidOperationException.With.Message.Contains("overwritten in place"));
            Assert.That(() => gone.Relu(), Throws.InvalidOperationException.With.Message.Contains("overwritten"));
            Assert.That(() => gone.Relu(inPlace: true), Throws.InvalidOperationException.With.Message.Contains("overwritten"));
        }

        Assert.That(tape.Count, Is.EqualTo(count), "nothing is recorded");
        Assert.That(result.Values.ToArray(), Is.EqualTo(new float[] { 2, 0, 6, 0 }));
        Assert.That(input.Values.ToArray(), Is.EqualTo(s_data));
        tape.Backward(result.Sum());
        Assert.That(input.Gradient.ToArray(), Is.EqualTo(new float[] { 2, 0, 2, 0 }));
    }

    /// <summary>A sigmoid needs its result, and a product its factors.</summary>
    [Test]
    public void ABackwardPassThatNeedsTheValuesIsRefused()
    {
        var tape = new Tape();
        Variable input = tape.Input(s_data, [4]), loss = input.Sigmoid().Relu(inPlace: true).Sum();
        Assert.That(() => tape.Backward(loss), Throws.InvalidOperationException.With.Message.Contains("overwritten in place"));
        Variable factor = 2 * input, square = factor * factor;
        _ = factor.Relu(inPlace: true);
        Assert.That(() => tape.Backward(square.Sum()), Throws.InvalidOperationException.With.Message.Contains("overwritten in place"));
        tape.Reset();
        Variable again = tape.Input(s_data, [4]);
        tape.Backward(again.Sigmoid().Relu().Sum());
        Assert.That(again.Gradient.ToArray(), Has.All.GreaterThan(0));
    }

    [Test]
    public void DataAndParametersAreNotOverwritten()
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("p", [4]);
        store.Freeze();
        s_data.CopyTo(parameter.Values);
        var tape = new Tape();
        foreach (Variable given in (Variable[])[tape.Constant(s_data, [4]), tape.Input(s_data, [4]), tape.Parameter(parameter)])
            Assert.That(() => given.Relu(inPlace: true), Throws.ArgumentException.With.Message.Contains("only the result of an operation"));
        // A parameter's other shape is a copy.
        _ = tape.Parameter(parameter).Reshape([2, 2]).Relu(inPlace: true);
        Assert.That(parameter.Values.ToArray(), Is.EqualTo(s_data));
    }
}
