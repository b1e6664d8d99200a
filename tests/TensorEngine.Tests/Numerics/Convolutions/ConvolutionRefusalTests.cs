using NUnit.Framework;
using TensorEngine.Numerics.Convolutions;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics.Convolutions;

/// <summary>What does not fit is refused before anything is written.</summary>
public sealed class ConvolutionRefusalTests
{
    [Test]
    public void AxesThatCannotBeAreRefused()
    {
        Refusal.OfArgument<ArgumentOutOfRangeException>("input", () => _ = new WindowAxis(0, 1), "input is 0", "at least 1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("kernel", () => _ = new WindowAxis(5, 0), "kernel is 0");
        Refusal.OfArgument<ArgumentOutOfRangeException>("stride", () => _ = new WindowAxis(5, 1, 0), "stride is 0");
        Refusal.OfArgument<ArgumentOutOfRangeException>("padding", () => _ = new WindowAxis(5, 1, 1, -1), "padding is -1", "at least 0");
        Refusal.OfArgument<ArgumentOutOfRangeException>("dilation", () => _ = new WindowAxis(5, 1, 1, 0, 0), "dilation is 0");
        Refusal.OfArgument<ArgumentException>("kernel", () => _ = new WindowAxis(5, 4, 1, 1, 3), "10 places", "at most the 7");
        Refusal.OfArgument<ArgumentException>("padding", () => _ = new WindowAxis(5, 1, 1, int.MaxValue), "padding is 2147483647");
        Assert.That(new WindowAxis(int.MaxValue / 2, int.MaxValue / 2).Output, Is.EqualTo(1));
        Assert.That(new WindowAxis(28, 3, 2, 1).ToString(), Is.EqualTo("28 to 14: kernel 3, stride 2, padding 1"));
    }

    [Test]
    public void GeometriesThatCannotBeAreRefused()
    {
        WindowAxis axis = new(5, 3);
        Refusal.OfArgument<ArgumentOutOfRangeException>("batch", () => _ = new ConvolutionGeometry(0, 1, 1, axis, axis), "batch is 0");
        Refusal.OfArgument<ArgumentOutOfRangeException>("groups", () => _ = new ConvolutionGeometry(1, 1, 1, axis, axis, 0), "groups is 0");
        Refusal.OfArgument<ArgumentException>("inputChannels", () => _ = new ConvolutionGeometry(1, 3, 2, axis, axis, 2), "multiple of groups, 2");
        Refusal.OfArgument<ArgumentException>("outputChannels", () => _ = new ConvolutionGeometry(1, 2, 3, axis, axis, 2), "outputChannels is 3");
        Refusal.OfArgument<ArgumentException>("vertical", () => _ = new ConvolutionGeometry(1, 2, 3, default, axis), "default value");
        Refusal.OfArgument<ArgumentException>("axis", () => _ = ConvolutionGeometry.OneDimension(1, 2, 3, default), "default value");
        Refusal.OfArgument<ArgumentException>(
            "horizontal", () => _ = new ConvolutionGeometry(1, 2, 3, axis, new(6, 3, 2, ceiling: true)), "beyond the padded input");
        Refusal.OfArgument<ArgumentException>(
            "inputChannels", () => _ = new ConvolutionGeometry(1 << 20, 1 << 20, 1, axis, axis), "[1048576, 1048576, 5, 5] of the input");
        Refusal.OfArgument<ArgumentException>("horizontal", () => _ = new PoolingGeometry(1, axis, new(5, 3, 1, 2)), "padding 2", "half the kernel, 1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("planes", () => _ = new PoolingGeometry(0, axis, axis), "planes is 0");
    }

    [Test]
    public void BuffersThatDoNotFitAreNamedAndNothingIsWritten()
    {
        var geometry = new ConvolutionGeometry(2, 1, 3, new(4, 3), new(5, 3));
        float[] input = new float[40], weights = new float[27], bias = new float[3], output = [.. Enumerable.Repeat(9f, 36)];
        Refusal.OfArgument<ArgumentException>(
            "input", () => Convolution.Forward(geometry, new float[39], weights, bias, output), "input has 39 elements", "40");
        Refusal.OfArgument<ArgumentException>("weights", () => Convolution.Forward(geometry, input, input, bias, output), "has 40", "27");
        Refusal.OfArgument<ArgumentException>("bias", () => Convolution.Forward(geometry, input, weights, new float[2], output), "has 2", "3");
        Refusal.OfArgument<ArgumentException>("output", () => Convolution.Forward(geometry, input, weights, bias, output.AsSpan(1)), "has 35", "36");
        Refusal.OfArgument<ArgumentException>("geometry", () => Convolution.Forward(default, input, weights, bias, output), "default value");
        Refusal.OfArgument<ArgumentException>(
            "output", () => Convolution.Forward(geometry, input, weights, output.AsSpan(0, 3), output), "output overlaps bias");
        Refusal.OfArgument<ArgumentException>("inputGradient", () => Convolution.InputGradient(geometry, weights, output, new float[2]), "has 2");
        Refusal.OfArgument<ArgumentException>("weightGradient", () => Convolution.WeightGradient(geometry, input, output, bias), "has 3", "27");
        Refusal.OfArgument<ArgumentException>("biasGradient", () => Convolution.BiasGradient(geometry, output, weights), "has 27", "3");
        Assert.That(output, Is.All.EqualTo(9f));
    }

    [Test]
    public void PoolingsRefuseWhatDoesNotFit()
    {
        var geometry = new PoolingGeometry(2, new(4, 2, 2), new(6, 2, 2));
        float[] input = new float[48], output = [.. Enumerable.Repeat(9f, 12)];
        int[] indices = [.. Enumerable.Repeat(5, 12)];
        Refusal.OfArgument<ArgumentException>("indices", () => MaxPooling.Forward(geometry, input, output, new int[11]), "has 11", "12");
        Refusal.OfArgument<ArgumentException>("output", () => MaxPooling.Forward(geometry, input, input, indices), "has 48", "12");
        Refusal.OfArgument<ArgumentException>("input", () => AveragePooling.Forward(geometry, output, output), "has 12", "48");
        indices[7] = 24;
        Refusal.OfArgument<ArgumentOutOfRangeException>(
            "indices", () => MaxPooling.InputGradient(geometry, output, indices, input), "indices[7] is 24", "below 24");
        indices[8] = -1;
        Refusal.OfArgument<ArgumentOutOfRangeException>("indices", () => MaxPooling.InputGradient(geometry, output, indices, input), "indices[8] is -1");
        Refusal.OfArgument<ArgumentException>("output", () => AveragePooling.Global(input, new float[5]), "output has 5", "48");
        Refusal.OfArgument<ArgumentException>(
            "geometry", () => AveragePooling.Forward(new(2, new(4, 2, 1, 0, 2), new(6, 1)), input, new float[24]), "dilation 2");
        Assert.That(output, Is.All.EqualTo(9f));
        Assert.That(input, Is.All.Zero);
    }
}
