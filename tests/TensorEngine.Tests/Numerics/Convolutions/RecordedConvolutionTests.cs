using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Numerics.Convolutions;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics.Convolutions;

/// <summary>What PyTorch 2.6 computes, in float32 and in float64: at most twice its own error and 4 ULP of the largest element.</summary>
public sealed class RecordedConvolutionTests
{
    private static readonly GoldenFile s_file = new("convolutions");

    [Test]
    public void ConvolutionsAndTheirGradientsAreNearerThanTwicePyTorchsError()
    {
        foreach (JsonElement record in s_file.Root.GetProperty("convolutions").EnumerateArray())
        {
            int[] sizes = [.. record.GetProperty("sizes").EnumerateArray().Select(size => size.GetInt32())];
            WindowAxis[] axes = Axes(record);
            ConvolutionGeometry geometry = axes.Length == 2
                ? new(sizes[0], sizes[1], sizes[2], axes[0], axes[1], sizes[3])
                : ConvolutionGeometry.OneDimension(sizes[0], sizes[1], sizes[2], axes[0], sizes[3]);
            float[] input = Input(record, 0, geometry.InputLength), weights = Input(record, 1, geometry.WeightLength);
            float[] bias = Input(record, 2, geometry.OutputChannels);
            float[] outputGradient = s_file.Array<float>(record.GetProperty("outputGradient"), geometry.OutputLength);
            float[] output = new float[geometry.OutputLength], inputGradient = new float[input.Length];
            float[] weightGradient = new float[weights.Length], biasGradient = new float[bias.Length];

            Convolution.Forward(geometry, input, weights, bias, output);
            Convolution.InputGradient(geometry, weights, outputGradient, inputGradient);
            Convolution.WeightGradient(geometry, input, outputGradient, weightGradient);
            Convolution.BiasGradient(geometry, outputGradient, biasGradient);

            AssertNear(record, 0, output, $"output, {geometry}");
            AssertNear(record, 1, inputGradient, $"gradient of the input, {geometry}");
            AssertNear(record, 2, weightGradient, $"gradient of the weights, {geometry}");
            AssertNear(record, 3, biasGradient, $"gradient of the bias, {geometry}");
        }
    }

    [Test]
    public void LargestElementsAndTheirPlacesArePyTorchs()
    {
        foreach (JsonElement record in s_file.Root.GetProperty("poolings").EnumerateArray())
        {
            PoolingGeometry geometry = Pooling(record);
            float[] input = s_file.Array<float>(record.GetProperty("maxInput"), geometry.InputLength);
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                float[] output = new float[geometry.OutputLength];
                int[] indices = new int[geometry.OutputLength];
                MaxPooling.Forward(geometry, input, output, indices);
                Bits.AssertSame(output, s_file.Array<float>(record.GetProperty("max"), output.Length), $"width {width}, {geometry}");
                Assert.That(indices, Is.EqualTo(s_file.Array<int>(record.GetProperty("indices"), indices.Length)), $"width {width}, {geometry}");
            }
        }
    }

    [Test]
    public void MeansAndTheirGradientsAreNearerThanTwicePyTorchsError([Values] bool countPadding)
    {
        string name = countPadding ? "counted" : "uncounted";
        foreach (JsonElement pooling in s_file.Root.GetProperty("poolings").EnumerateArray())
        {
            if (!pooling.TryGetProperty(name, out JsonElement record))
                continue;
            PoolingGeometry geometry = Pooling(pooling);
            float[] output = new float[geometry.OutputLength], inputGradient = new float[geometry.InputLength];
            AveragePooling.Forward(geometry, Input(record, 0, inputGradient.Length), output, countPadding);
            AveragePooling.InputGradient(
                geometry, s_file.Array<float>(record.GetProperty("outputGradient"), output.Length), inputGradient, countPadding);
            AssertNear(record, 0, output, $"output, {geometry}");
            AssertNear(record, 1, inputGradient, $"gradient, {geometry}");
        }
    }

    [Test]
    public void MeansOfPlanesAndTheirGradientsAreNearerThanTwicePyTorchsError()
    {
        foreach (JsonElement pooling in s_file.Root.GetProperty("poolings").EnumerateArray())
        {
            if (!pooling.TryGetProperty("global", out JsonElement record))
                continue;
            PoolingGeometry geometry = Pooling(pooling);
            float[] output = new float[geometry.Planes], inputGradient = new float[geometry.InputLength];
            AveragePooling.Global(Input(record, 0, inputGradient.Length), output);
            AveragePooling.GlobalGradient(s_file.Array<float>(record.GetProperty("outputGradient"), output.Length), inputGradient);
            AssertNear(record, 0, output, $"output, {geometry}");
            AssertNear(record, 1, inputGradient, $"gradient, {geometry}");
        }
    }

    private static void AssertNear(JsonElement record, int index, float[] actual, string name)
    {
        float[] singles = s_file.Array<float>(record.GetProperty("singles")[index], actual.Length);
        double[] truth = s_file.Array<double>(record.GetProperty("doubles")[index], actual.Length);
        double theirs = 0, largest = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            theirs = Math.Max(theirs, Math.Abs(singles[i] - truth[i]));
            largest = Math.Max(largest, Math.Abs(truth[i]));
        }

        for (int i = 0; i < truth.Length; i++)
            Assert.That((double)actual[i], Is.EqualTo(truth[i]).Within(2 * theirs + 4 * Ulp.Of(largest)), $"{name}, element {i}");
    }

    private static float[] Input(JsonElement record, int index, int length) => s_file.Array<float>(record.GetProperty("inputs")[index], length);

    private static PoolingGeometry Pooling(JsonElement record) =>
        new(record.GetProperty("planes").GetInt32(), Axes(record)[0], Axes(record)[1]);

    private static WindowAxis[] Axes(JsonElement record) =>
    [
        .. from axis in record.GetProperty("axes").EnumerateArray()
           let numbers = axis.EnumerateArray().Select(number => number.GetInt32()).ToArray()
           select new WindowAxis(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]),
    ];
}
