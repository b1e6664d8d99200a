using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Tests.Oracles;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Generators;

public class TruncatedNormalTests
{
    private const double Infinity = double.PositiveInfinity;

    /// <summary>Mean, deviation, bounds: wide, narrow, one-sided, far in a tail, and on the edges between the proposals.</summary>
    private static readonly double[][] s_intervals =
    [
        [0, 1, -2, 2],
        [0, 0.02, -2, 2],
        [0, 1, -Infinity, Infinity],
        [0, 1, -0.1, 0.1],
        [0, 1, 0, 1],
        [1, 2, -1.5, 3.51],
        [0, 1, 0, Infinity],
        [0, 1, -Infinity, -0.3],
        [0, 1, 0.5, Infinity],
        [0, 1, 5, Infinity],
        [0, 1, 9, 9.05],
        [0, 1, -40, -30],
        [-3, 0.5, 2, 7],
        [100, 10, -Infinity, 60],
        [0, 1, 2, 2.001],
        [0, 1, 0.4, 3],
        [0, 1, -0.2, 4],
    ];

    [TestCaseSource(nameof(s_intervals))]
    public void Moments_and_distribution_are_exact_and_nothing_is_outside(double mean, double deviation, double low, double high)
    {
        const int Count = 1 << 15;
        double a = (low - mean) / deviation, b = (high - mean) / deviation;
        double mass = NormalDistribution.Between(a, b);
        // The densities at the bounds in units of the mass, and their products with the bounds.
        double densityA = NormalDistribution.Density(a) / mass, densityB = NormalDistribution.Density(b) / mass;
        double first = densityA - densityB;
        double second = 1 + (double.IsInfinity(a) ? 0 : a * densityA) - (double.IsInfinity(b) ? 0 : b * densityB);

        foreach (Generator generator in new Generator[] { new Philox(31), new TorchGenerator(31), new NumPyRandomState(31) })
        {
            float[] draws = new float[Count];
            generator.TruncatedNormal(draws, mean, deviation, low, high);
            Assert.That(draws.Min(), Is.GreaterThanOrEqualTo((float)low));
            Assert.That(draws.Max(), Is.LessThanOrEqualTo((float)high).And.LessThan(float.PositiveInfinity));

            // Six standard errors, and what rounding to float can move.
            double[] scaled = [.. draws.Select(x => (x - mean) / deviation)];
            double rounding = 1e-7 * Math.Max(1, draws.Max(Math.Abs) / deviation);
            double variance = Math.Max(0, second - first * first);
            Assert.That(scaled.Average(), Is.EqualTo(first).Within(6 * Math.Sqrt(variance / Count) + rounding), "mean");
            double ownVariance = scaled.Average(x => (x - first) * (x - first));
            double spread = Math.Sqrt(scaled.Average(x => Math.Pow(x - first, 4)) / Count);
            Assert.That(ownVariance, Is.EqualTo(variance).Within(6 * spread + 1e-9 + 1e-10 * first * first), "variance");

            Array.Sort(draws);
            double distance = KolmogorovSmirnov.Of(
                draws, x => NormalDistribution.Between(a, Math.Clamp((x - mean) / deviation, a, b)) / mass);
            // Where few floats lie between the bounds, each of them stands for many draws.
            double spacing = MathF.BitIncrement(Math.Max(-draws[0], draws[^1])) - Math.Max(-draws[0], draws[^1]);
            double steps = 4 * Math.Sqrt(Count) * spacing / (draws[^1] - (double)draws[0]);
            Assert.That(distance, Is.LessThan(KolmogorovSmirnov.OneInAMillion + steps), generator.ToString());
        }
    }

    [Test]
    public void Points_and_bounds_at_the_edges_of_float()
    {
        var generator = new Philox(1);
        float[] draws = new float[100];
        generator.TruncatedNormal(draws, 5, 0, -2, 2);
        Assert.That(draws, Is.All.EqualTo(2f));
        generator.TruncatedNormal(draws, 0.5, 0, -2, 2);
        Assert.That(draws, Is.All.EqualTo(0.5f));
        generator.TruncatedNormal(draws, 0, 1, 3, 3);
        Assert.That(draws, Is.All.EqualTo(3f));
        generator.TruncatedNormal(draws, 0, 3e38, -Infinity, Infinity);
        Assert.That(draws.All(float.IsFinite));
        generator.TruncatedNormal(draws, 0, 3e38, -3e38, 3e38);
        Assert.That(draws.All(x => Math.Abs(x) <= 3e38f));
        generator.TruncatedNormal(draws, 0, 1e-40, 1, 2);
        Assert.That(draws, Is.All.EqualTo(1f));
        generator.TruncatedNormal(draws, 0, 1e-3, 1e6, Infinity);
        Assert.That(draws, Is.All.EqualTo(1e6f));
    }

    [TestCase(-2, 2)]
    [TestCase(0.5, 1)]
    [TestCase(4, Infinity)]
    public void An_element_depends_on_seed_stream_and_position_alone(double low, double high)
    {
        float[] whole = new float[5000];
        using (new ForcedWidth(1))
            new Philox(9, 3).TruncatedNormal(whole, 0, 1, low, high);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            var generator = new Philox(9, 3);
            var sizes = new Random(2);
            float[] pieces = new float[whole.Length];
            for (int done = 0; done < pieces.Length;)
            {
                int size = Math.Min(sizes.Next(0, 600), pieces.Length - done);
                generator.TruncatedNormal(pieces.AsSpan(done, size), 0, 1, low, high);
                done += size;
                Assert.That(generator.Position, Is.EqualTo(done));
            }

            Bits.AssertSame(pieces, whole, $"width {width}");
            for (int i = 0; i < whole.Length; i += 97)
            {
                float[] one = new float[1];
                new Philox(9, 3) { Position = i }.TruncatedNormal(one, 0, 1, low, high);
                Bits.AssertSame(one, whole.AsSpan(i, 1), $"element {i} alone");
            }
        }
    }

    [TestCase(double.NaN, 1, -2, 2, "mean is NaN")]
    [TestCase(0, -1, -2, 2, "standardDeviation is -1")]
    [TestCase(0, Infinity, -2, 2, "standardDeviation is Infinity")]
    [TestCase(0, 1, 2, -2, "high is -2")]
    [TestCase(0, 1, double.NaN, 2, "low is NaN")]
    [TestCase(0, 1, -2, double.NaN, "high is NaN")]
    [TestCase(0, 1, Infinity, Infinity, "low is Infinity")]
    [TestCase(0, 1, -Infinity, -Infinity, "high is -Infinity")]
    public void Bad_input_is_named_and_changes_nothing(double mean, double deviation, double low, double high, string message)
    {
        float[] target = [7, 7];
        var generator = new Philox(1);
        Assert.That(
            Assert.Throws<ArgumentOutOfRangeException>(() => generator.TruncatedNormal(target, mean, deviation, low, high))!.Message, Does.Contain(message));
        Assert.That(target, Is.All.EqualTo(7f));
        Assert.That(generator.Position, Is.Zero);
    }
}
