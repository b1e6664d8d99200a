using NUnit.Framework;
using TensorEngine.Numerics.Convolutions;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics.Convolutions;

/// <summary>Poolings and their gradients: the same bits at every width and on all threads, and what the definition says.</summary>
public sealed class PoolingTests
{
    private static readonly PoolingGeometry[] s_geometries =
    [
        new(7, new(8, 2, 2), new(8, 2, 2)),
        new(3, new(5, 2, 2), new(67, 2, 2)),
        new(5, new(9, 3, 2, 1), new(6, 3, 1, 1)),
        new(2, new(4, 2), new(5, 2)),
        PoolingGeometry.OneDimension(4, new(21, 4, 3, 2)),
        new(1, new(2, 2, 2), new(2, 2, 2)),
    ];

    [TestCaseSource(nameof(s_geometries))]
    public void WidthsAndThreadsChangeNoBits(PoolingGeometry geometry)
    {
        float[] input = Numbers(geometry.InputLength), outputGradient = Numbers(geometry.OutputLength);
        float[][] expected = Run(null);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            foreach (int threads in (int[])[1, 2, 3, 8, 16])
            {
                using var workers = new Workers(threads) { ShareAll = true };
                float[][] actual = Run(workers);
                for (int i = 0; i < expected.Length; i++)
                    Bits.AssertSame(actual[i], expected[i], $"width {width}, {threads} threads, result {i}");
            }
        }

        float[][] Run(Workers? workers)
        {
            float[] largest = new float[geometry.OutputLength], mean = new float[geometry.OutputLength], global = new float[geometry.Planes];
            int[] indices = new int[geometry.OutputLength];
            float[][] gradients = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Repeat(0.25f, geometry.InputLength).ToArray())];
            MaxPooling.Forward(geometry, input, largest, indices, workers);
            MaxPooling.InputGradient(geometry, outputGradient, indices, gradients[0], accumulate: true, workers);
            AveragePooling.Forward(geometry, input, mean, workers: workers);
            AveragePooling.InputGradient(geometry, outputGradient, gradients[1], accumulate: true, workers: workers);
            AveragePooling.Global(input, global, workers);
            AveragePooling.GlobalGradient(global, gradients[2], accumulate: true, workers);
            return [largest, [.. indices.Select(index => (float)index)], mean, global, .. gradients];
        }
    }

    [TestCaseSource(nameof(s_geometries))]
    public void GradientsGoWhereTheOutputsCameFrom(PoolingGeometry geometry)
    {
        float[] input = Numbers(geometry.InputLength), outputGradient = Numbers(geometry.OutputLength), output = new float[geometry.OutputLength];
        float[] gradient = new float[geometry.InputLength], added = [.. Enumerable.Repeat(2f, geometry.InputLength)];
        int[] indices = new int[geometry.OutputLength];
        MaxPooling.Forward(geometry, input, output, indices);
        Array.Fill(gradient, 77);
        MaxPooling.InputGradient(geometry, outputGradient, indices, gradient);
        MaxPooling.InputGradient(geometry, outputGradient, indices, added, accumulate: true);

        int inputPlane = geometry.InputLength / geometry.Planes, outputPlane = geometry.OutputLength / geometry.Planes;
        double[] expected = new double[gradient.Length];
        for (int i = 0; i < output.Length; i++)
        {
            int place = i / outputPlane * inputPlane + indices[i];
            Assert.That(output[i], Is.EqualTo(input[place]));
            expected[place] += outputGradient[i];
        }

        for (int i = 0; i < gradient.Length; i++)
        {
            Assert.That((double)gradient[i], Is.EqualTo(expected[i]).Within(1e-6));
            Assert.That((double)added[i], Is.EqualTo(expected[i] + 2).Within(1e-6));
        }
    }

    [Test]
    public void TheLastOfSeveralNaNIsFoundAndTheFirstOfEqualElements()
    {
        float[] output = new float[2];
        int[] indices = new int[2];
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            MaxPooling.Forward(
                new(1, new(2, 2, 2), new(4, 2, 2)), [float.NaN, 1, 5, 5, 2, float.NaN, 5, float.NegativeInfinity], output, indices);
            Assert.That(output, Is.EqualTo(new[] { float.NaN, 5 }), $"width {width}");
            Assert.That(indices, Is.EqualTo(new[] { 5, 2 }), $"width {width}");
        }
    }

    [Test]
    public void NothingIsAllocated()
    {
        PoolingGeometry geometry = s_geometries[0];
        float[] input = Numbers(geometry.InputLength), output = new float[geometry.OutputLength], global = new float[geometry.Planes];
        int[] indices = new int[geometry.OutputLength];
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run()
        {
            MaxPooling.Forward(geometry, input, output, indices);
            MaxPooling.InputGradient(geometry, output, indices, input);
            AveragePooling.Forward(geometry, input, output);
            AveragePooling.InputGradient(geometry, output, input);
            AveragePooling.Global(input, global);
            AveragePooling.GlobalGradient(global, input);
        }
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
