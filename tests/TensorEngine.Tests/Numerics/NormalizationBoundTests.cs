using NUnit.Framework;
using TensorEngine.Numerics.Normalizations;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Normalized rows and their gradients keep to the documented errors, measured beside the definitions in double.</summary>
public sealed class NormalizationBoundTests
{
    private const double Epsilon = 1e-5;

    [TestCase(7, 1, 0)]
    [TestCase(33, 17, 0)]
    [TestCase(5, 130, 3)]
    [TestCase(3, 5003, -50)]
    [TestCase(40, 3, 0.5)]
    public void LayerNormalizationKeepsToItsBounds(int rows, int columns, double offset)
    {
        (float[] x, float[] weight, float[] bias, float[] g) = Samples(rows, columns, offset);
        float[] means = new float[rows], factors = new float[rows], y = new float[x.Length], dx = new float[x.Length], dw = new float[columns];
        LayerNormalization.Forward(new(x, rows, columns), weight, bias, Epsilon, means, factors, new(y, rows, columns));
        LayerNormalization.InputGradient(
            new(x, rows, columns), weight, means, factors, new(g, rows, columns), new(dx, rows, columns));
        LayerNormalization.WeightGradient(new(x, rows, columns), means, factors, new(g, rows, columns), dw);
        Check(new Arrays(x, weight, bias, g, columns), y, dx, dw, isCentered: true, 4, 5, 3);
    }

    [TestCase(7, 1, 0)]
    [TestCase(33, 17, 0)]
    [TestCase(5, 130, 3)]
    [TestCase(3, 5003, -50)]
    [TestCase(40, 3, 0.5)]
    public void RmsNormalizationKeepsToItsBounds(int rows, int columns, double offset)
    {
        (float[] x, float[] weight, _, float[] g) = Samples(rows, columns, offset);
        float[] factors = new float[rows], y = new float[x.Length], dx = new float[x.Length], dw = new float[columns];
        RmsNormalization.Forward(new(x, rows, columns), weight, Epsilon, factors, new(y, rows, columns));
        RmsNormalization.InputGradient(new(x, rows, columns), weight, factors, new(g, rows, columns), new(dx, rows, columns));
        RmsNormalization.WeightGradient(new(x, rows, columns), factors, new(g, rows, columns), dw);
        Check(new Arrays(x, weight, new float[columns], g, columns), y, dx, dw, isCentered: false, 2.5, 5, 2);
    }

    private static void Check(
        Arrays arrays, float[] y, float[] dx, float[] dw, bool isCentered, double forward, double gradient, double ofWeight)
    {
        (float[] x, float[] weight, float[] bias, float[] g, int columns) = arrays;
        double[] sums = new double[columns], sizes = new double[columns];
        for (int start = 0; start < x.Length; start += columns)
        {
            double[] row = [.. x.Skip(start).Take(columns).Select(value => (double)value)];
            double mean = isCentered ? row.Average() : 0, r = 1 / Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + Epsilon);
            double[] n = [.. row.Select(value => (value - mean) * r)], h = [.. weight.Select((w, i) => (double)w * g[start + i])];
            double meanOfH = isCentered ? h.Average() : 0, meanOfProducts = h.Zip(n, (left, right) => left * right).Average();
            double sizeOfProducts = h.Zip(n, (left, right) => Math.Abs(left * right)).Average();
            for (int i = 0; i < columns; i++)
            {
                double size = Math.Abs(n[i]) + Math.Abs(mean) * r;
                double output = n[i] * weight[i] + bias[i], outputSize = size * Math.Abs(weight[i]) + Math.Abs(bias[i]);
                Assert.That(Ulp.Error(y[start + i], output, outputSize), Is.LessThanOrEqualTo(forward), $"output {start + i}");
                double slope = r * (h[i] - meanOfH - n[i] * meanOfProducts);
                double slopeSize = r * (Math.Abs(h[i]) + Math.Abs(meanOfH) + size * sizeOfProducts);
                Assert.That(Ulp.Error(dx[start + i], slope, slopeSize), Is.LessThanOrEqualTo(gradient), $"gradient {start + i}");
                sums[i] += g[start + i] * n[i];
                sizes[i] += Math.Abs(g[start + i]) * size;
            }
        }

        for (int i = 0; i < columns; i++)
            Assert.That(Ulp.Error(dw[i], sums[i], sizes[i]), Is.LessThanOrEqualTo(ofWeight), $"weight {i}");
    }

    private static (float[] Input, float[] Weight, float[] Bias, float[] Gradient) Samples(int rows, int columns, double offset)
    {
        var random = new Random(rows * columns);
        return (Some(rows * columns, offset), Some(columns, 1), Some(columns, 0), Some(rows * columns, 0));

        float[] Some(int count, double mean) => [.. Enumerable.Range(0, count).Select(_ => (float)(mean + 4 * random.NextDouble() - 2))];
    }

    private sealed record Arrays(float[] Input, float[] Weight, float[] Bias, float[] Gradient, int Columns);
}
