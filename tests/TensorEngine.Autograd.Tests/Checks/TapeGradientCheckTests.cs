using NUnit.Framework;
using TensorEngine.Autograd.Checks;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Tests.Checks;

/// <summary>Right gradients pass, also with kinks everywhere; wrong ones are found.</summary>
public sealed class TapeGradientCheckTests
{
    [Test]
    public void ANetworkWithKinksPasses([Range(1, 10)] int seed)
    {
        TapeGradientCheckResult result = Check((ulong)seed, x => x.Relu());
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.LeftOut, Is.LessThan(6));
        Assert.That(result.NotCompared, Is.Empty);
    }

    [Test]
    public void AGradientThatIsOffIsFound()
    {
        TapeGradientCheckResult result = Check(1, x => x.Tape.Record(default(WrongRelu), x.Shape, x));
        Assert.That(result.Passed, Is.False);
        Assert.That(result.RelativeError, Is.GreaterThan(0.01));
        Assert.That(result.ThrowIfWrong, Throws.InvalidOperationException.With.Message.Contains("failed: along a direction of"));
    }

    [Test]
    public void ValuesAreAsBefore()
    {
        var store = new ParameterStore();
        var layer = new Linear(store, "fc", 3, 2);
        layer.Initialize(new Philox(1));
        float[] before = store.Values.ToArray();
        TapeGradientCheck.Run(store, tape => layer.Apply(tape.Constant([1, 2, 3], [1, 3])).CrossEntropy([1])).ThrowIfWrong();
        Assert.That(store.Values.ToArray(), Is.EqualTo(before));
        layer.Weight.Trainable = layer.Bias!.Trainable = false;
        Assert.That(
            () => TapeGradientCheck.Run(store, tape => layer.Apply(tape.Constant([1, 2, 3], [1, 3])).CrossEntropy([1])),
            Throws.ArgumentException.With.Message.Contains("trainable"));
    }

    private static TapeGradientCheckResult Check(ulong seed, Func<Variable, Variable> activation)
    {
        var store = new ParameterStore();
        Linear first = new(store, "fc1", 20, 300), second = new(store, "fc2", 300, 300), last = new(store, "fc3", 300, 10);
        Layer.Initialize(new Philox(seed), first, second, last);
        float[] data = new float[64 * 20];
        new Philox(seed, 1).Normal(data);
        int[] labels = [.. Enumerable.Range(0, 64).Select(i => i % 10)];
        return TapeGradientCheck.Run(store, tape =>
        {
            Variable hidden = activation(first.Apply(tape.Constant(data, [64, 20])));
            return last.Apply(activation(second.Apply(hidden))).CrossEntropy(labels);
        });
    }

    /// <summary>ReLU with a gradient that is 2 % too large.</summary>
    private readonly struct WrongRelu : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            for (int i = 0; i < context.Output.Length; i++)
                context.Output[i] = Math.Max(0, context.Input(0)[i]);
        }

        public void Backward(in BackwardContext context)
        {
            Span<float> gradient = context.InputGradient(0);
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] = context.Output[i] > 0 ? 1.02f * context.OutputGradient[i] : 0;
        }
    }
}
