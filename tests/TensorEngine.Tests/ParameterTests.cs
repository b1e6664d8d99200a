using System.Numerics.Tensors;
using NUnit.Framework;

namespace TensorEngine.Tests;

public sealed class ParameterTests
{
    [Test]
    public void AParameterKnowsItsPlace()
    {
        var store = new ParameterStore();
        store.Add("first", [3]);
        Parameter parameter = store.Add("fc1.weight", [4, 5]);
        Assert.Multiple(() =>
        {
            Assert.That(parameter.Store, Is.SameAs(store));
            Assert.That(parameter.Name, Is.EqualTo("fc1.weight"));
            Assert.That(parameter.Shape.Lengths.ToArray(), Is.EqualTo(new[] { 4, 5 }));
            Assert.That(parameter.Length, Is.EqualTo(20));
            Assert.That(parameter.Offset, Is.EqualTo(16));
            Assert.That(parameter.Trainable);
            Assert.That(parameter.ToString(), Is.EqualTo("fc1.weight [4, 5]"));
        });
    }

    [Test]
    public void ItsSpansAreItsPartOfTheStore()
    {
        var store = new ParameterStore();
        store.Add("first", [3]);
        Parameter parameter = store.Add("second", [4, 5]);
        store.Freeze();
        parameter.Values.Fill(1);
        parameter.Gradients.Fill(2);
        for (int i = 0; i < store.Values.Length; i++)
        {
            bool inside = i is >= 16 and < 36;
            Assert.That(store.Values[i], Is.EqualTo(inside ? 1 : 0), $"value {i}");
            Assert.That(store.Gradients[i], Is.EqualTo(inside ? 2 : 0), $"gradient {i}");
        }
    }

    [Test]
    public void ItsTensorsAreViewsRowByRow()
    {
        Parameter parameter = new ParameterStore().Add("p", [2, 3]);
        parameter.Store.Freeze();
        TensorSpan<float> values = parameter.ValueTensor, gradients = parameter.GradientTensor;
        values[1, 0] = 7;
        gradients[0, 2] = 8;
        parameter.Values[5] = 9;

        Assert.That(parameter.Values.ToArray(), Is.EqualTo(new float[] { 0, 0, 0, 7, 0, 9 }));
        Assert.That(parameter.Gradients.ToArray(), Is.EqualTo(new float[] { 0, 0, 8, 0, 0, 0 }));
        Assert.That(values[1, 2], Is.EqualTo(9));
        Assert.That(values.Lengths.ToArray(), Is.EqualTo(new nint[] { 2, 3 }));
    }

    [Test]
    public void AScalarIsATensorOfOneElement()
    {
        Parameter parameter = new ParameterStore().Add("p", []);
        parameter.Store.Freeze();
        TensorSpan<float> values = parameter.ValueTensor;
        values[0] = 7;
        Assert.That(parameter.Values.ToArray(), Is.EqualTo(new float[] { 7 }));
        Assert.That(values.Lengths.ToArray(), Is.EqualTo(new nint[] { 1 }));
        Assert.That(parameter.GradientTensor.Rank, Is.EqualTo(1));
    }
}
