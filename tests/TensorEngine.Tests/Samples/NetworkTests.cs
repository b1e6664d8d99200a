using Digits.Datasets;
using Digits.Training;
using NUnit.Framework;
using Samples.Shared.Choices;
using Samples.Shared.Reports;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Numerics.Activations;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Samples;

/// <summary>The digits network: its gradients, its memory, and its bits.</summary>
public class NetworkTests
{
    private const int Rows = 12;
    private const int Inputs = 7;
    private const int Classes = 4;

    [Test]
    public void Gradients_agree_with_finite_differences()
    {
        (MultiLayerPerceptron network, float[] images, int[] labels) = Example();
        network.FindGradients(images, labels);
        float[] gradients = network.Parameters.Gradients.ToArray();
        float[] scratch = new float[Rows * Classes];
        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            for (int i = 0; i < parameter.Length; i++)
            {
                const float Distance = 1.0f / 512;
                float value = parameter.Values[i];
                double here = Loss();
                parameter.Values[i] = value + Distance;
                double right = (Loss() - here) / Distance;
                parameter.Values[i] = value - Distance;
                double left = (here - Loss()) / Distance;
                parameter.Values[i] = value;
                // Where a kink of ReLU lies within the distance, the gradient is between the slopes on both sides.
                double gradient = gradients[parameter.Offset + i];
                Assert.That(gradient, Is.InRange(Math.Min(left, right) - 3e-4, Math.Max(left, right) + 3e-4), $"{parameter}, element {i}");
            }
        }

        double Loss() => Softmax.CrossEntropy(
            new(network.Forward(images), labels.Length, scratch.Length / labels.Length),
            labels,
            new(scratch, labels.Length, scratch.Length / labels.Length));
    }

    /// <summary>The tape finds what backpropagation written by hand finds, to the bit.</summary>
    [Test]
    public void Gradients_are_those_of_the_hand_written_network()
    {
        (MultiLayerPerceptron network, float[] images, int[] labels) = Example();
        var byHand = new HandWrittenPerceptron([Inputs, 9, 6, Classes], Rows);
        byHand.Initialize(InitializerChoice.He, new Philox(5));
        for (int step = 0; step < 2; step++)
        {
            Assert.That(network.FindGradients(images, labels), Is.EqualTo(byHand.FindGradients(images, labels)));
            Bits.AssertSame(network.Parameters.Gradients, byHand.Parameters.Gradients, $"step {step}");
            Bits.AssertSame(network.Forward(images), byHand.Forward(images), $"logits, step {step}");
        }
    }

    [Test]
    public void Training_gives_the_same_bits_at_every_width()
    {
        string? expected = null;
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            (MultiLayerPerceptron network, float[] images, int[] labels) = Example();
            var adam = new Adam(network.Parameters);
            for (int step = 0; step < 20; step++)
            {
                network.FindGradients(images, labels);
                adam.Step();
            }

            string digest = WeightsDigest.Sha256(network.Parameters);
            expected ??= digest;
            Assert.That(digest, Is.EqualTo(expected), $"width {width}");
        }
    }

    [Test]
    public void The_convolutional_network_learns()
    {
        LabelledImages images = DigitsFile.ReadSplit(1).Training;
        var network = new ConvolutionalNetwork(images.PixelCount / images.Width, images.Width);
        network.Initialize(InitializerChoice.He, new Philox(5));
        var adam = new Adam(network.Parameters, new AdamOptions { LearningRate = 0.005 });
        ReadOnlySpan<float> pixels = images.Pixels[..(200 * images.PixelCount)];
        double first = network.FindGradients(pixels, images.Labels[..200]), last = first;
        for (int step = 0; step < 15; step++)
        {
            adam.Step();
            last = network.FindGradients(pixels, images.Labels[..200]);
        }

        Assert.That(last, Is.LessThan(first / 2));
    }

    [Test]
    public void A_training_step_allocates_nothing()
    {
        (MultiLayerPerceptron network, float[] images, int[] labels) = Example();
        var adam = new Adam(network.Parameters);
        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Step()
        {
            network.FindGradients(images, labels);
            adam.Step();
        }
    }

    [Test]
    public void The_digest_is_that_of_the_little_endian_values_without_padding()
    {
        var store = new ParameterStore();
        Initialize.Ones(store.Add("a", [1]));
        // The SHA-256 of the bytes 00 00 80 3F, as sha256sum gives it.
        Assert.That(WeightsDigest.Sha256(store), Is.EqualTo("e00e5eb9444182f352323374ef4e08ebcb784725fdd4fd612d7730540b3e0c8c"));
    }

    private static (MultiLayerPerceptron Network, float[] Images, int[] Labels) Example()
    {
        var network = new MultiLayerPerceptron([Inputs, 9, 6, Classes]);
        network.Initialize(InitializerChoice.He, new Philox(5));
        float[] images = new float[Rows * Inputs];
        new Philox(6).Uniform(images);
        int[] labels = [.. Enumerable.Range(0, Rows).Select(i => i % Classes)];
        return (network, images, labels);
    }
}
