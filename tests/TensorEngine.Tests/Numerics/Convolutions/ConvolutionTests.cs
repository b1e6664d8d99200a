using NUnit.Framework;
using TensorEngine.Numerics.Convolutions;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics.Convolutions;

/// <summary>Convolutions and their gradients against double arithmetic, and the same bits at every width and on all threads.</summary>
public sealed class ConvolutionTests
{
    private static readonly ConvolutionGeometry[] s_geometries =
    [
        new(1, 1, 1, new(1, 1), new(1, 1)),
        new(37, 1, 16, new(8, 3, padding: 1), new(8, 3, padding: 1)),
        new(50, 16, 32, new(4, 3, padding: 1), new(4, 3, padding: 1)),
        new(3, 4, 6, new(7, 3, 2, 1), new(9, 2, dilation: 2), groups: 2),
        new(2, 3, 5, new(11, 3, 3, 2, 2), new(13, 5, 2, 3)),
        new(2, 6, 6, new(9, 3, padding: 3), new(9, 3, padding: 2), groups: 6),
        new(1, 2, 3, new(40, 3, padding: 1), new(50, 3, padding: 1)),
        new(2, 50, 13, new(16, 3, padding: 1), new(16, 3, padding: 1)),
        new(3, 47, 5, new(6, 3), new(5, 3)),
        new(4, 3, 8, new(8, 4, 4), new(8, 4, 4)),
        new(1, 1, 2, new(3, 2), new(500, 2, padding: 1)),
        new(2, 2, 2, new(3, 2, padding: 4), new(4, 1, padding: 3)),
        new(2, 3, 4, new(5, 1), new(6, 1)),
        new(3, 5, 7, new(9, 1), new(11, 1)),
        new(2, 400, 6, new(16, 1), new(16, 1), groups: 2),
        new(1, 3, 5, new(40, 1), new(50, 1)),
        ConvolutionGeometry.OneDimension(3, 4, 7, new(60, 5, 2, 1)),
        ConvolutionGeometry.OneDimension(2, 8, 8, new(33, 3, padding: 2, dilation: 2), groups: 4),
    ];

    [TestCaseSource(nameof(s_geometries))]
    public void TheOutputIsAChainForEveryElementAtEveryWidth(ConvolutionGeometry geometry)
    {
        Numbers(geometry, out float[] input, out float[] weights, out float[] bias, out _);
        float[] expected = ConvolutionOracle.Chains(geometry, input, weights, bias), output = new float[geometry.OutputLength];
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            Array.Fill(output, float.NaN);
            Convolution.Forward(geometry, input, weights, bias, output);
            Bits.AssertSame(output, expected, $"width {width}");
        }
    }

    [TestCaseSource(nameof(s_geometries))]
    public void GradientsAgreeWithDoubleArithmetic(ConvolutionGeometry geometry)
    {
        Numbers(geometry, out float[] input, out float[] weights, out float[] bias, out float[] outputGradient);
        var oracle = new ConvolutionOracle(geometry, input, weights, bias, outputGradient);
        Results results = Results.Of(geometry, input, weights, bias, outputGradient, null);
        AssertNear(results.InputGradient, oracle.InputGradient, geometry.OutputChannels / geometry.Groups * 9, "input");
        AssertNear(results.WeightGradient, oracle.WeightGradient, geometry.OutputLength / geometry.OutputChannels, "weights");
        AssertNear(results.BiasGradient, oracle.BiasGradient, 4, "bias");
    }

    [TestCaseSource(nameof(s_geometries))]
    public void WidthsAndThreadsChangeNoBits(ConvolutionGeometry geometry)
    {
        Numbers(geometry, out float[] input, out float[] weights, out float[] bias, out float[] outputGradient);
        Results expected = Results.Of(geometry, input, weights, bias, outputGradient, null);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            foreach (int threads in (int[])[1, 2, 3, 8, 16])
            {
                using var workers = new Workers(threads) { ShareAll = true };
                Results.Of(geometry, input, weights, bias, outputGradient, workers).AssertSame(expected, $"width {width}, {threads} threads");
            }
        }
    }

    [TestCaseSource(nameof(s_geometries))]
    public void GradientsAreAddedToWhatThereIs(ConvolutionGeometry geometry)
    {
        Numbers(geometry, out float[] input, out float[] weights, out float[] bias, out float[] outputGradient);
        Results alone = Results.Of(geometry, input, weights, bias, outputGradient, null);
        float[] inputGradient = new float[input.Length], weightGradient = new float[weights.Length], biasGradient = new float[bias.Length];
        foreach (float[] gradient in (float[][])[inputGradient, weightGradient, biasGradient])
            Array.Fill(gradient, 0.75f);
        Convolution.InputGradient(geometry, weights, outputGradient, inputGradient, accumulate: true);
        Convolution.WeightGradient(geometry, input, outputGradient, weightGradient, accumulate: true);
        Convolution.BiasGradient(geometry, outputGradient, biasGradient, accumulate: true);
        AssertNear(inputGradient, [.. alone.InputGradient.Select(g => g + 0.75)], 400, "input");
        Bits.AssertSame(weightGradient, [.. alone.WeightGradient.Select(g => g + 0.75f)], $"weights");
        AssertNear(biasGradient, [.. alone.BiasGradient.Select(g => g + 0.75)], 4, "bias");
    }

    /// <summary>A window of one place needs no patches, but has the bits of a larger one with zeros around that place.</summary>
    [TestCase(3, 5, 7, 9, 11)]
    [TestCase(2, 12, 3, 16, 16)]
    [TestCase(2, 4, 4, 5, 6)]
    [TestCase(1, 3, 5, 40, 50)]
    public void WindowsOfOnePlaceHaveTheBitsOfLargerOnes(int images, int inputs, int outputs, int height, int width)
    {
        var one = new ConvolutionGeometry(images, inputs, outputs, new(height, 1), new(width, 1));
        var nine = new ConvolutionGeometry(images, inputs, outputs, new(height, 3, padding: 1), new(width, 3, padding: 1));
        Numbers(one, out float[] input, out float[] weights, out float[] bias, out float[] outputGradient);
        float[] padded = new float[nine.WeightLength];
        for (int i = 0; i < weights.Length; i++)
            padded[9 * i + 4] = weights[i];
        Results expected = Results.Of(nine, input, padded, bias, outputGradient, null);
        expected = expected with { WeightGradient = [.. expected.WeightGradient.Where((_, i) => i % 9 == 4)] };
        foreach (int threads in (int[])[1, 3])
        {
            using var workers = new Workers(threads) { ShareAll = true };
            Results.Of(one, input, weights, bias, outputGradient, workers).AssertSame(expected, $"{threads} threads");
        }
    }

    [Test]
    public void WithoutABiasChainsStartFromZero()
    {
        ConvolutionGeometry geometry = s_geometries[1];
        Numbers(geometry, out float[] input, out float[] weights, out _, out _);
        float[] output = new float[geometry.OutputLength];
        Convolution.Forward(geometry, input, weights, [], output);
        Bits.AssertSame(output, ConvolutionOracle.Chains(geometry, input, weights, new float[16]), $"no bias");
    }

    [Test]
    public void NothingIsAllocatedAfterTheFirstCall([Values] bool shared)
    {
        using Workers? workers = shared ? new Workers(2) { ShareAll = true } : null;
        foreach (ConvolutionGeometry geometry in s_geometries)
        {
            Numbers(geometry, out float[] input, out float[] weights, out float[] bias, out float[] outputGradient);
            float[] output = new float[geometry.OutputLength];
            Run();
            long least = long.MaxValue;
            for (int attempt = 0; attempt < (shared ? 20 : 1) && least > 0; attempt++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Run();
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.That(least, Is.Zero, $"{geometry}");

            void Run()
            {
                Convolution.Forward(geometry, input, weights, bias, output, workers);
                Convolution.InputGradient(geometry, weights, outputGradient, input, workers: workers);
                Convolution.WeightGradient(geometry, input, outputGradient, weights, workers: workers);
                Convolution.BiasGradient(geometry, outputGradient, bias, workers: workers);
            }
        }
    }

    private static void Numbers(
        ConvolutionGeometry geometry, out float[] input, out float[] weights, out float[] bias, out float[] outputGradient)
    {
        var random = new Random(geometry.InputLength);
        input = Some(geometry.InputLength);
        weights = Some(geometry.WeightLength);
        bias = Some(geometry.OutputChannels);
        outputGradient = Some(geometry.OutputLength);

        float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    // The terms of the sums are below 1/4.
    private static void AssertNear(float[] actual, double[] expected, int terms, string name)
    {
        double tolerance = 1e-7 * Math.Sqrt(Math.Max(4, terms)) * 2;
        for (int i = 0; i < actual.Length; i++)
            Assert.That((double)actual[i], Is.EqualTo(expected[i]).Within(tolerance * Math.Max(1, Math.Abs(expected[i]))), $"{name}, element {i}");
    }

    private sealed record Results(float[] Output, float[] InputGradient, float[] WeightGradient, float[] BiasGradient)
    {
        public static Results Of(
            ConvolutionGeometry geometry, float[] input, float[] weights, float[] bias, float[] outputGradient, Workers? workers)
        {
            var results = new Results(new float[geometry.OutputLength], new float[input.Length], new float[weights.Length], new float[bias.Length]);
            Convolution.Forward(geometry, input, weights, bias, results.Output, workers);
            Convolution.InputGradient(geometry, weights, outputGradient, results.InputGradient, workers: workers);
            Convolution.WeightGradient(geometry, input, outputGradient, results.WeightGradient, workers: workers);
            Convolution.BiasGradient(geometry, outputGradient, results.BiasGradient, workers: workers);
            return results;
        }

        public void AssertSame(Results expected, string when)
        {
            Bits.AssertSame(Output, expected.Output, $"output, {when}");
            Bits.AssertSame(InputGradient, expected.InputGradient, $"gradient of the input, {when}");
            Bits.AssertSame(WeightGradient, expected.WeightGradient, $"gradient of the weights, {when}");
            Bits.AssertSame(BiasGradient, expected.BiasGradient, $"gradient of the bias, {when}");
        }
    }
}
