using NUnit.Framework;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Initializers;

namespace TensorEngine.Autograd.Tests;

/// <summary>The tape itself: generations, modes, accumulation and memory.</summary>
public sealed class TapeTests
{
    [Test]
    public void TheDefaultVariableIsRefused()
    {
        var tape = new Tape();
        Variable one = tape.Constant([1, 2], [1, 2]);
        Assert.That(() => default(Variable).Shape, Throws.InvalidOperationException.With.Message.Contains("default value"));
        Assert.That(() => default(Variable).Relu(), Throws.InvalidOperationException.With.Message.Contains("default value"));
        Assert.That(() => one.Linear(default), Throws.InvalidOperationException.With.Message.Contains("default value"));
        Assert.That(() => tape.Backward(default), Throws.InvalidOperationException.With.Message.Contains("default value"));
        Assert.That(default(Variable).ToString(), Is.EqualTo("no variable"));
    }

    [Test]
    public void AVariableFromBeforeTheResetIsRefused()
    {
        var tape = new Tape();
        Variable old = tape.Input([1, 2], [1, 2]);
        tape.Reset();
        Variable other = tape.Input([3, 4], [1, 2]);
        Assert.That(() => old.Values.Length, Throws.InvalidOperationException.With.Message.Contains("Reset"));
        Assert.That(() => old.Relu(), Throws.InvalidOperationException.With.Message.Contains("Reset"));
        Assert.That(() => other.Linear(old), Throws.InvalidOperationException.With.Message.Contains("Reset"));
        Assert.That(tape.Count, Is.EqualTo(1));
        Assert.That(other.Relu().Values.ToArray(), Is.EqualTo(new float[] { 3, 4 }));
    }

    [Test]
    public void AVariableOfAnotherTapeIsRefused()
    {
        var tape = new Tape();
        Variable one = tape.Constant([1, 2], [1, 2]), stranger = new Tape().Constant([1, 2], [1, 2]);
        Assert.That(() => one.Linear(stranger), Throws.ArgumentException.With.Message.Contains("another tape"));
        Assert.That(() => tape.Backward(stranger), Throws.ArgumentException.With.Message.Contains("another tape"));
    }

    [Test]
    public void ShapesThatDoNotFitAreNamed()
    {
        var tape = new Tape();
        Variable input = tape.Constant(new float[6], [2, 3]), weight = tape.Constant(new float[8], [2, 4]);
        Assert.That(
            () => input.Linear(weight),
            Throws.ArgumentException.With.Message.StartsWith(
                "linear: input is [2, 3], weight is [2, 4]; input must be [..., inputs] and weight [outputs, inputs]."));
        Assert.That(() => input.CrossEntropy([1]), Throws.ArgumentException.With.Message.Contains("[2, 3]").And.Message.Contains("1 elements"));
        Assert.That(
            () => input.CrossEntropy([1, 3]),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("labels[1] is 3; it must be at least 0 and below 3"));
        Assert.That(() => tape.Constant(new float[5], [2, 3]), Throws.ArgumentException.With.Message.Contains("5 elements"));
        Assert.That(tape.Count, Is.EqualTo(2));
    }

    [Test]
    public void BackwardNeedsAScalarThatNeedsAGradient()
    {
        var tape = new Tape();
        Variable constant = tape.Constant([1], [1]), input = tape.Input([1, 2], [2]);
        Assert.That(() => tape.Backward(input), Throws.ArgumentException.With.Message.Contains("[2]"));
        Assert.That(() => tape.Backward(constant), Throws.ArgumentException.With.Message.Contains("needs no gradient"));
        Assert.That(() => tape.Backward(input, [1]), Throws.ArgumentException.With.Message.Contains("1 elements"));
        Assert.That(() => constant.Gradient.Length, Throws.InvalidOperationException.With.Message.Contains("not kept"));
        Assert.That(() => input.Gradient.Length, Throws.InvalidOperationException.With.Message.Contains("no backward pass"));
        Assert.That(() => constant.RetainGradient(), Throws.InvalidOperationException.With.Message.Contains("needs no gradient"));
    }

    [Test]
    public void GradientsAreAddedToTheStore()
    {
        (ParameterStore store, Parameter weight, Parameter bias) = Layer();
        var tape = new Tape();
        float[] first = Step(), firstBias = bias.Gradients.ToArray();
        tape.Reset();
        Step();
        Assert.That(weight.Gradients.ToArray(), Is.EqualTo(first.Select(value => value + value).ToArray()).Within(1e-6));
        Assert.That(bias.Gradients.ToArray(), Is.EqualTo(firstBias.Select(value => value + value)));
        store.ClearGradients();
        weight.Trainable = false;
        tape.Reset();
        Step();
        Assert.That(weight.Gradients.ToArray(), Is.All.Zero);
        Assert.That(bias.Gradients.ToArray(), Is.EqualTo(firstBias));

        float[] Step()
        {
            Variable input = tape.Constant([1, 2, 3, -1, 0.5f, 2], [2, 3]);
            tape.Backward(input.Linear(tape.Parameter(weight), tape.Parameter(bias)).CrossEntropy([1, 0]));
            return weight.Gradients.ToArray();
        }
    }

    [Test]
    public void AParameterThatIsUsedTwiceGetsTheSum()
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [2, 2]);
        Initialize.KaimingNormal(weight, new Philox(1));
        float[] input = [1, 2, -1, 0.5f];

        var apart = new Tape();
        Variable one = apart.Input(weight.Values, [2, 2]), other = apart.Input(weight.Values, [2, 2]);
        apart.Backward(apart.Constant(input, [2, 2]).Linear(one).Linear(other).CrossEntropy([0, 1]));
        float[] expected = [.. one.Gradient.ToArray().Zip(other.Gradient.ToArray(), (a, b) => b + a)];

        var tied = new Tape();
        Variable both = tied.Parameter(weight);
        tied.Backward(tied.Constant(input, [2, 2]).Linear(both).Linear(both).CrossEntropy([0, 1]));
        Assert.That(weight.Gradients.ToArray(), Is.EqualTo(expected));

        store.ClearGradients();
        tied.Reset();
        tied.Backward(
            tied.Constant(input, [2, 2]).Linear(tied.Parameter(weight)).Linear(tied.Parameter(weight)).CrossEntropy([0, 1]));
        Assert.That(weight.Gradients.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void NothingIsRecordedWhereNoGradientIsWanted()
    {
        var tape = new Tape();
        Variable input = tape.Input([1, -2], [2]), hidden;
        using (tape.NoGradient())
        {
            using (tape.NoGradient())
                Assert.That(input.Relu().RequiresGradient, Is.False);
            hidden = input.Relu();
            Assert.That(tape.IsRecording, Is.False);
        }

        Assert.That(tape.IsRecording);
        Assert.That(hidden.RequiresGradient, Is.False);
        Assert.That(() => tape.Backward(hidden.Sum()), Throws.ArgumentException.With.Message.Contains("needs no gradient"));
        Assert.That(input.Relu().RequiresGradient);
    }

    [Test]
    public void IntermediateGradientsAreKeptOnRequest()
    {
        var tape = new Tape();
        Variable input = tape.Input([1, -2, 3, 4], [2, 2]);
        Variable hidden = input.Relu().RetainGradient();
        Variable loss = hidden.CrossEntropy([1, 0]);
        tape.Backward(loss);
        float[] once = hidden.Gradient.ToArray();
        Assert.That(input.Gradient.ToArray(), Is.EqualTo(new[] { once[0], 0, once[2], once[3] }));
        tape.Backward(loss);
        Assert.That(hidden.Gradient.ToArray(), Is.EqualTo(once.Select(value => value + value)));
    }

    [Test]
    public void ManyThreadsInferFromOneStore()
    {
        (_, Parameter weight, Parameter bias) = Layer();
        float[][] expected = [.. Enumerable.Range(0, 8).Select(Infer)];
        Parallel.For(0, 64, index => Assert.That(Infer(index % 8), Is.EqualTo(expected[index % 8])));

        float[] Infer(int index)
        {
            var tape = new Tape { Training = false };
            float[] data = [index, 1, 2];
            float[] answer = [];
            for (int i = 0; i < 50; i++)
            {
                tape.Reset();
                using (tape.NoGradient())
                    answer = tape.Constant(data, [1, 3]).Linear(tape.Parameter(weight), tape.Parameter(bias)).Relu().Values.ToArray();
            }

            return answer;
        }
    }

#if !DEBUG
    // Without optimization a collection expression of constants allocates where it is written.
    [Test]
    public void ShapesMayChangeFromStepToStep()
    {
        (ParameterStore store, Parameter weight, Parameter bias) = Layer();
        var tape = new Tape();
        float[] data = [.. Enumerable.Range(0, 300).Select(i => (i % 17) / 10f)];
        int[] labels = [.. Enumerable.Range(0, 100).Select(i => i % 2)];
        int[] sizes = [100, 37, 1, 100, 64];
        foreach (int rows in sizes)
            Step(rows);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (int rows in sizes)
            Step(rows);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(store.Gradients.ToArray(), Is.All.Matches<float>(float.IsFinite));

        void Step(int rows)
        {
            tape.Reset();
            Variable input = tape.Constant(data.AsSpan(0, 3 * rows), [rows, 3]);
            Variable hidden = input.Linear(tape.Parameter(weight), tape.Parameter(bias)).Relu();
            tape.Backward(hidden.CrossEntropy(labels.AsSpan(0, rows)));
        }
    }
#endif

    [Test]
    public void AnOperationThatThrowsLeavesTheTapeUsable()
    {
        var tape = new Tape();
        Variable input = tape.Input([1, 2], [1, 2]);
        Variable failing = tape.Record(default(FailingOperation), [1, 2], input.Relu());
        Assert.That(() => tape.Backward(failing.CrossEntropy([1])), Throws.InstanceOf<NotSupportedException>());
        Variable fine = input.CrossEntropy([1]);
        tape.Backward(fine);
        float[] gradient = input.Gradient.ToArray();
        tape.Reset();
        input = tape.Input([1, 2], [1, 2]);
        tape.Backward(input.CrossEntropy([1]));
        Assert.That(input.Gradient.ToArray(), Is.EqualTo(gradient));
    }

    private static (ParameterStore Store, Parameter Weight, Parameter Bias) Layer()
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [2, 3]), bias = store.Add("bias", [2]);
        Initialize.Linear(weight, new Philox(1), bias);
        return (store, weight, bias);
    }

    private readonly struct FailingOperation : IOperation
    {
        public void Forward(in ForwardContext context) => context.Input(0).CopyTo(context.Output);

        public void Backward(in BackwardContext context) => throw new NotSupportedException();
    }
}
