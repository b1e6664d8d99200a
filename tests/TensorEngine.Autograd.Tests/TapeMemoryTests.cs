using NUnit.Framework;
using TensorEngine.Autograd.Operations;

namespace TensorEngine.Autograd.Tests;

/// <summary>Memory that is taken again, and what is computed without recording.</summary>
public sealed class TapeMemoryTests
{
    // More than the smallest chunk of memory, so that each of these that is not taken again is seen.
    private const int Length = 1 << 15;

    [Test]
    public void NeighboursThatAreFreeAreJoinedWhicheverComesFirst()
    {
        foreach (bool lastFirst in (bool[])[false, true])
        {
            var memory = new FreeMemory();
            Block whole = memory.Take(2 * Length);
            memory.Give(whole);
            Block first = memory.Take(Length), second = memory.Take(Length);
            memory.Give(lastFirst ? second : first);
            memory.Give(lastFirst ? first : second);
            Assert.That(memory.Take(2 * Length), Is.EqualTo(whole));
        }
    }

    [Test]
    public void ABlockBetweenTwoThatAreFreeJoinsBoth()
    {
        var memory = new FreeMemory();
        memory.Give(memory.Take(3 * Length));
        Block first = memory.Take(Length), second = memory.Take(Length), third = memory.Take(Length);
        memory.Give(first);
        memory.Give(third);
        memory.Give(second);
        Assert.That(memory.Take(3 * Length), Is.EqualTo(first with { Length = 3 * Length }));
    }

#if !DEBUG
    // Without optimization a collection expression of constants allocates where it is written.
    [Test]
    public void GradientsThatWereAskedForAreTakenBackByTheReset()
    {
        float[] data = new float[Length];
        var tape = new Tape();
        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 3; i++)
            Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Step()
        {
            tape.Reset();
            Variable hidden = 2 * tape.Input(data, [Length]);
            hidden.RetainGradient();
            tape.Backward(hidden.Relu().Sum());
        }
    }

    [Test]
    public void ShapesMayAlternateInTheSameMemory()
    {
        float[] data = new float[4 * Length];
        var tape = new Tape();
        Both();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 3; i++)
            Both();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Both()
        {
            Step(data);
            Step(data.AsSpan(0, Length));
        }

        void Step(ReadOnlySpan<float> values)
        {
            tape.Reset();
            Variable input = tape.Input(values, [values.Length]);
            tape.Backward((input.Sigmoid() * input.Tanh()).Sum());
        }
    }
#endif

    /// <summary>The inputs need a gradient; what comes of them in the meantime does not.</summary>
    [Test]
    public void WhatIsComputedWithoutRecordingNeedsNoGradient()
    {
        var tape = new Tape();
        Variable input = tape.Input([1, 2], [2]), unrecorded;
        using (tape.NoGradient())
            unrecorded = (2 * input).Sum();
        Assert.That(unrecorded.RequiresGradient, Is.False);
        Assert.That(() => tape.Backward(unrecorded), Throws.ArgumentException.With.Message.Contains("needs no gradient"));
        tape.Backward(input.Sum() * input.Sum() + unrecorded);
        Assert.That(input.Gradient.ToArray(), Is.EqualTo(new float[] { 6, 6 }));
    }
}
