using NUnit.Framework;
using TensorEngine.Autograd.Operations;
using TensorEngine.Autograd.Tests.Catalog;
using TensorEngine.Autograd.Tests.Support;
using TensorEngine.Tests.Support;

namespace TensorEngine.Autograd.Tests.Operations;

/// <summary>What every operation promises: right gradients, the same bits everywhere, no allocation, gradients that add up.</summary>
[TestFixtureSource(typeof(OperationCatalog), nameof(OperationCatalog.All))]
public sealed class EveryOperationTests(OperationCase operation)
{
    [Test]
    public void GradientsAreThoseOfTheFunction()
    {
        float[][] values = operation.Values();
        float[][] gradients = OperationRun.Of(operation, new Tape(), values).Gradients;
        for (int input = 0; input < values.Length; input++)
        {
            for (int direction = 0; direction < 3; direction++)
            {
                float[] along = OperationRun.OutputGradient(values[input].Length + direction)[direction..];
                double given = along.Zip(gradients[input], (d, g) => (double)d * g).Sum();
                double expected = Slope(values, input, along);
                double scale = Math.Max(1, along.Zip(gradients[input], (d, g) => Math.Abs((double)d * g)).Sum());
                Assert.That(given, Is.EqualTo(expected).Within(2e-3 * scale), $"input {input}, direction {direction}");
            }
        }
    }

    [Test]
    public void EveryWidthAndNumberOfThreadsGivesTheSameBits()
    {
        float[][] values = operation.Values();
        OperationRun expected = OperationRun.Of(operation, new Tape(), values);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            Compare(OperationRun.Of(operation, new Tape(), values), expected, $"width {width}");
        }

        foreach (int threads in new[] { 2, 3, 16 })
        {
            using var workers = new Workers(threads) { ShareAll = true };
            Compare(OperationRun.Of(operation, new Tape(workers), values), expected, $"{threads} threads");
        }
    }

#if !DEBUG
    // Without optimization a collection expression of constants allocates where it is written.
    [Test]
    public void TheSecondStepAllocatesNothing()
    {
        float[][] values = operation.Values();
        var tape = new Tape();
        var variables = new Variable[values.Length];
        float[] gradient = OperationRun.OutputGradient((int)operation.Run(tape, values).Shape.ElementCount);
        Step();
        Step();
        long least = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);

        void Step()
        {
            tape.Reset();
            for (int i = 0; i < variables.Length; i++)
                variables[i] = tape.Input(values[i], operation.Shapes[i]);
            tape.Backward(operation.Apply(variables), gradient);
        }
    }
#endif

    [Test]
    public void GradientsOfSeveralPassesAddUp()
    {
        float[][] values = operation.Values();
        var tape = new Tape();
        var variables = new Variable[values.Length];
        for (int i = 0; i < variables.Length; i++)
            variables[i] = tape.Input(values[i], operation.Shapes[i]);
        Variable first = operation.Apply(variables);
        Variable second = operation.Apply(variables);
        float[] gradient = OperationRun.OutputGradient(first.Values.Length);
        tape.Backward(first, gradient);
        float[][] once = [.. variables.Select(variable => variable.Gradient.ToArray())];
        tape.Backward(second, gradient);
        for (int i = 0; i < variables.Length; i++)
            Bits.AssertSame(variables[i].Gradient, [.. once[i].Select(value => value + value)], $"input {i}");
    }

    /// <summary>What is used twice in one pass gets the sum: the second writer adds. Sums of more than two have another order then.</summary>
    [Test]
    public void GradientsOfTwoUsesInOnePassAddUp()
    {
        float[][] values = operation.Values();
        var tape = new Tape();
        var variables = new Variable[values.Length];
        for (int i = 0; i < variables.Length; i++)
            variables[i] = tape.Input(values[i], operation.Shapes[i]);
        Variable both = operation.Apply(variables) + operation.Apply(variables);
        tape.Backward(both, OperationRun.OutputGradient(both.Values.Length));
        float[][] once = OperationRun.Of(operation, new Tape(), values).Gradients;
        for (int i = 0; i < variables.Length; i++)
        {
            float largest = once[i].Max(MathF.Abs);
            for (int j = 0; j < once[i].Length; j++)
                Assert.That(variables[i].Gradient[j], Is.EqualTo(2 * once[i][j]).Within(4e-6 * largest), $"input {i}, element {j}");
        }
    }

    [Test]
    public void WithoutRecordingTheValuesAreTheSame()
    {
        float[][] values = operation.Values();
        var tape = new Tape();
        float[] expected = operation.Run(tape, values).Values.ToArray();
        tape.Reset();
        using (tape.NoGradient())
        {
            Variable output = operation.Run(tape, values);
            Bits.AssertSame(output.Values, expected, $"{operation}");
            Assert.That(output.RequiresGradient, Is.False);
        }
    }

    /// <summary>A frozen input gets nothing, and the others' gradients stay the same.</summary>
    [Test]
    public void InputsThatNeedNoGradientAreLeftOut()
    {
        float[][] values = operation.Values();
        float[][] expected = OperationRun.Of(operation, new Tape(), values).Gradients;
        var tape = new Tape();
        for (int needed = 0; needed < values.Length; needed++)
        {
            tape.Reset();
            var variables = new Variable[values.Length];
            for (int i = 0; i < variables.Length; i++)
                variables[i] = i == needed ? tape.Input(values[i], operation.Shapes[i]) : tape.Constant(values[i], operation.Shapes[i]);
            Variable output = operation.Apply(variables);
            tape.Backward(output, OperationRun.OutputGradient(output.Values.Length));
            Bits.AssertSame(variables[needed].Gradient, expected[needed], $"input {needed}");
        }
    }

    private static void Compare(OperationRun actual, OperationRun expected, string context)
    {
        Bits.AssertSame(actual.Output, expected.Output, $"output, {context}");
        for (int i = 0; i < expected.Gradients.Length; i++)
            Bits.AssertSame(actual.Gradients[i], expected.Gradients[i], $"gradient {i}, {context}");
    }

    /// <summary>How fast the output, times a fixed gradient, changes along a direction of one input.</summary>
    private double Slope(float[][] values, int input, float[] along)
    {
        const double Step = 1.0 / 64;
        double near = (Value(Step) - Value(-Step)) / (2 * Step);
        double far = (Value(2 * Step) - Value(-2 * Step)) / (4 * Step);
        return near + (near - far) / 3;

        double Value(double step)
        {
            float[][] moved = [.. values];
            moved[input] = [.. values[input].Zip(along, (x, d) => (float)(x + step * d))];
            ReadOnlySpan<float> output = operation.Run(new Tape(), moved).Values;
            float[] gradient = OperationRun.OutputGradient(output.Length);
            double sum = 0;
            for (int i = 0; i < gradient.Length; i++)
                sum += (double)output[i] * gradient[i];
            return sum;
        }
    }
}
