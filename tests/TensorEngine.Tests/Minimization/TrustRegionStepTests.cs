using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Minimization;

namespace TensorEngine.Tests.Minimization;

/// <summary>The step within a radius against its definition: stationary, of the radius' length, with the gain of the residuals.</summary>
public sealed class TrustRegionStepTests
{
    [TestCase(7, 3)]
    [TestCase(3, 3)]
    [TestCase(2, 4)]
    [TestCase(40, 1)]
    public void StepsAreThoseOfTheDefinition(int rows, int columns)
    {
        var generator = new Philox(seed: 5);
        var region = new TrustRegionStep(rows, columns);
        for (int trial = 0; trial < 20; trial++)
        {
            double[][] matrix = [.. Enumerable.Range(0, columns).Select(_ => Draw(generator, rows))];
            double[] residuals = Draw(generator, rows), step = new double[columns];
            Fill(region, matrix, residuals);
            Assert.That(region.Find(double.PositiveInfinity, step), "whole");
            double whole = Length(step);
            Assert.That(Slopes(matrix, residuals, step), Is.All.EqualTo(0).Within(1e-10));
            foreach (double share in new[] { 1e-3, 0.3, 0.9, 0.995, 1.1 })
            {
                double radius = share * whole;
                // A step that is longer than the radius by less than a hundredth is not shortened.
                Assert.That(region.Find(radius, step), Is.EqualTo(share > 0.99), $"{share}");
                Assert.That(Length(step), share > 0.99 ? Is.EqualTo(whole).Within(1e-12) : Is.InRange(radius * (1 - 1e-12), 1.01 * radius));
                double[] slopes = Slopes(matrix, residuals, step);
                double lambda = -slopes.Zip(step).Sum(pair => pair.First * pair.Second) / (Length(step) * Length(step));
                Assert.That(lambda, share > 0.99 ? Is.Zero.Within(1e-9) : Is.GreaterThan(0));
                Assert.That(slopes.Select((slope, j) => slope + lambda * step[j]), Is.All.EqualTo(0).Within(1e-9), "along -z");

                double[] after = Moved(matrix, residuals, step);
                double gain = residuals.Sum(r => r * r) - after.Sum(r => r * r);
                Assert.That(region.Gain(radius), Is.EqualTo(gain).Within(1e-10));
            }
        }
    }

    [Test]
    public void TheInverseIsThatOfTheProduct()
    {
        var region = new TrustRegionStep(3, 2);
        Fill(region, [[3, 0, 4], [1, 2, 2]], [1, 1, 1]);
        // A'A = [25 11; 11 9], whose determinant is 104.
        Assert.That(region.Inverse(0, 0), Is.EqualTo(9 / 104.0).Within(1e-15));
        Assert.That(region.Inverse(0, 1), Is.EqualTo(-11 / 104.0).Within(1e-15));
        Assert.That(region.Inverse(1, 1), Is.EqualTo(25 / 104.0).Within(1e-15));
        Assert.That(region.IsSingular, Is.False);
    }

    [TestCase(1e-15, true)]
    [TestCase(1e-14, false)]
    public void ASingularValueBelowRoundingCountsAs0(double small, bool singular)
    {
        var region = new TrustRegionStep(4, 4);
        double[][] matrix = [.. Enumerable.Range(0, 4).Select(j => Enumerable.Range(0, 4).Select(i => i == j ? 1.0 : 0).ToArray())];
        // 4 times 2.2e-16 of the largest is where it begins.
        matrix[2][2] = small * 0.5;
        double[] step = new double[4];
        Fill(region, matrix, [1, 1, 1, 1]);
        Assert.That(region.IsSingular, Is.EqualTo(singular));
        region.Find(double.PositiveInfinity, step);
        Assert.That(step[2], singular ? Is.Zero : Is.EqualTo(-1 / matrix[2][2]).Within(1).Percent);
        Assert.That((step[0], step[1], step[3]), Is.EqualTo((-1.0, -1.0, -1.0)));
    }

    private static void Fill(TrustRegionStep region, double[][] matrix, double[] residuals)
    {
        for (int j = 0; j < matrix.Length; j++)
            matrix[j].CopyTo(region.Column(j, residuals.Length));
        region.Prepare(matrix.Length, residuals);
    }

    /// <summary>r + A z.</summary>
    private static double[] Moved(double[][] matrix, double[] residuals, double[] step) =>
        [.. residuals.Select((r, i) => r + matrix.Select((column, j) => column[i] * step[j]).Sum())];

    /// <summary>A' (r + A z).</summary>
    private static double[] Slopes(double[][] matrix, double[] residuals, double[] step)
    {
        double[] moved = Moved(matrix, residuals, step);
        return [.. matrix.Select(column => column.Zip(moved).Sum(pair => pair.First * pair.Second))];
    }

    private static double Length(double[] vector) => Math.Sqrt(vector.Sum(x => x * x));

    private static double[] Draw(Philox generator, int length)
    {
        float[] numbers = new float[length];
        generator.Uniform(numbers);
        return [.. numbers.Select(number => 2.0 * number - 1)];
    }
}
