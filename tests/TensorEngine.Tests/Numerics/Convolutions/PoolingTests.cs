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
        new(21, new(4, 2, 2), new(4, 2, 2)),
        new(23, new(6, 2, 2), new(4, 2, 2)),
        new(5, new(7, 2, 2), new(4, 2, 2)),
        new(9, new(7, 2, 2), new(15, 2, 2)),
        new(11, new(14, 2, 2), new(14, 2, 2)),
        new(5, new(6, 2, 2), new(6, 2, 2)),
        PoolingGeometry.OneDimension(4, new(21, 4, 3, 2)),
        new(1, new(2, 2, 2), new(2, 2, 2)),
        new(3, new(7, 2, 2, ceiling: true), new(43, 2, 2, ceiling: true)),
        new(2, new(6, 3, 1, 1), new(61, 5, 1, 2)),
        new(2, new(8, 3, 3, 1), new(75, 3, 3, 1)),
        new(2, new(9, 2, 3, ceiling: true), new(140, 6, 4, 3)),
        PoolingGeometry.OneDimension(2, new(2500, 2, 2)),
        PoolingGeometry.OneDimension(2, new(2500, 3, 1, 1)),
        PoolingGeometry.OneDimension(1, new(5000, 2000, 2000, ceiling: true)),
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

        AssertLargestAreFirst(geometry, input, indices);
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

    /// <summary>Row by row from 0, in float; a share is added where its window was, output after output.</summary>
    [TestCaseSource(nameof(s_geometries))]
    public void MeansAreSummedInTheirOrder(PoolingGeometry geometry)
    {
        float[] input = Numbers(geometry.InputLength), outputGradient = Numbers(geometry.OutputLength);
        input[0] = -0f;
        foreach (bool countPadding in (bool[])[true, false])
        {
            float[] means = new float[geometry.OutputLength], gradients = [.. Enumerable.Repeat(-0f, geometry.InputLength)];
            (WindowAxis vertical, WindowAxis horizontal) = (geometry.Vertical, geometry.Horizontal);
            for (int i = 0; i < means.Length; i++)
            {
                (int rest, int x) = Math.DivRem(i, horizontal.Output);
                (int plane, int y) = Math.DivRem(rest, vertical.Output);
                (int top, int left) = (y * vertical.Stride - vertical.Padding, x * horizontal.Stride - horizontal.Padding);
                int[] places =
                [
                    .. from row in Enumerable.Range(top, vertical.Kernel)
                       where row >= 0 && row < vertical.Input
                       from column in Enumerable.Range(left, horizontal.Kernel)
                       where column >= 0 && column < horizontal.Input
                       select (plane * vertical.Input + row) * horizontal.Input + column,
                ];
                int count = countPadding
                    ? Math.Min(vertical.Kernel, vertical.Input + vertical.Padding - top)
                      * Math.Min(horizontal.Kernel, horizontal.Input + horizontal.Padding - left)
                    : places.Length;
                means[i] = places.Aggregate(0f, (sum, place) => sum + input[place]) / count;
                foreach (int place in places)
                    gradients[place] += outputGradient[i] / count;
            }

            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                float[] output = new float[means.Length], added = [.. Enumerable.Repeat(-0f, gradients.Length)];
                AveragePooling.Forward(geometry, input, output, countPadding);
                AveragePooling.InputGradient(geometry, outputGradient, added, countPadding, accumulate: true);
                Bits.AssertSame(output, means, $"width {width}");
                Bits.AssertSame(added, gradients, $"gradients, width {width}");
            }
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

    // Of every window, the first of its largest elements.
    private static void AssertLargestAreFirst(PoolingGeometry geometry, float[] input, int[] indices)
    {
        (WindowAxis vertical, WindowAxis horizontal) = (geometry.Vertical, geometry.Horizontal);
        for (int i = 0; i < indices.Length; i++)
        {
            (int rest, int x) = Math.DivRem(i, horizontal.Output);
            (int plane, int y) = Math.DivRem(rest, vertical.Output);
            int[] places =
            [
                .. from row in Enumerable.Range(0, vertical.Kernel).Select(k => y * vertical.Stride - vertical.Padding + k * vertical.Dilation)
                   where row >= 0 && row < vertical.Input
                   from column in Enumerable.Range(0, horizontal.Kernel).Select(k => x * horizontal.Stride - horizontal.Padding + k * horizontal.Dilation)
                   where column >= 0 && column < horizontal.Input
                   select row * horizontal.Input + column,
            ];
            int start = plane * vertical.Input * horizontal.Input;
            Assert.That(indices[i], Is.EqualTo(places.MaxBy(place => input[start + place])), $"output {i}");
        }
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
