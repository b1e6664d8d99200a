using System.Numerics.Tensors;
using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Tests.Oracles;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Generators;

/// <summary>
/// 10 M draws of every generator and distribution. Every statistic stays within what chance exceeds once in a million times, 4.9
/// standard errors for one that is normal; the seeds are fixed, so that it happens always or never.
/// </summary>
public class GeneratorStatisticsTests
{
    private const int Chunk = 1 << 17;
    private const int Chunks = 80;
    private const double Draws = (double)Chunk * Chunks;
    private const double Errors = 4.9;

    private static readonly int[] s_lags = [1, 2, 8, 15, 16, 32, 48, 64, 128, 397, 624];

    private static readonly object[] s_generators =
    [
        Case("Philox", () => new Philox(2025)),
        Case("Philox of a name", () => Philox.ForName(2025, "fc1.weight")),
        Case("PyTorch", () => new TorchGenerator(2025)),
        Case("NumPy", () => new NumPyRandomState(2025)),
        Case("a user's", () => new SplitMix(2025)),
    ];

    private static readonly object[] s_truncated =
    [
        Truncated("Philox", () => new Philox(2026), -2, 2),
        Truncated("Philox", () => new Philox(2026), -1, 0.5),
        Truncated("Philox", () => new Philox(2026), 1, 8),
        Truncated("PyTorch", () => new TorchGenerator(2026), -2, 2),
        Truncated("NumPy", () => new NumPyRandomState(2026), -2, 2),
        Truncated("a user's", () => new SplitMix(2026), -2, 2),
    ];

    /// <summary>Two streams that are neighbours by seed, by stream or by name.</summary>
    private static readonly object[] s_neighbours =
    [
        Pair("Philox, streams", () => new Philox(5, 8), () => new Philox(5, 9)),
        Pair("Philox, seeds", () => new Philox(5), () => new Philox(6)),
        Pair("Philox, names", () => Philox.ForName(5, "fc1.weight"), () => Philox.ForName(5, "fc2.weight")),
        Pair("Philox, high seeds", () => new Philox(1ul << 32), () => new Philox(1ul << 63)),
        Pair("PyTorch, seeds", () => new TorchGenerator(5), () => new TorchGenerator(6)),
        Pair("NumPy, seeds", () => new NumPyRandomState(5), () => new NumPyRandomState(6)),
    ];

    [TestCaseSource(nameof(s_generators))]
    public void Uniform_draws(Func<Generator> create)
    {
        // Scaled to deviation 1: the moments are 0, 1, 0 and 9/5, the eighth is 9.
        double scale = Math.Sqrt(12);
        Check(
            create(),
            (generator, draws) =>
            {
                generator.Uniform(draws);
                TensorPrimitives.Add(draws, -0.5f, draws);
                TensorPrimitives.Multiply(draws, (float)scale, draws);
            },
            [0, 1, 0, 1.8],
            [1, 0.8, 27.0 / 7, 9 - 1.8 * 1.8],
            2,
            x => Math.Clamp(x / scale + 0.5, 0, 1));
    }

    [TestCaseSource(nameof(s_generators))]
    public void Normal_draws(Func<Generator> create) =>
        Check(
            create(),
            (generator, draws) => generator.Normal(draws),
            [0, 1, 0, 3],
            [1, 2, 15, 96],
            8,
            NormalDistribution.Below);

    /// <summary>Proposals from the whole normal distribution, even ones and exponential ones.</summary>
    [TestCaseSource(nameof(s_truncated))]
    public void Truncated_normal_draws(Func<Generator> create, double low, double high)
    {
        double mass = NormalDistribution.Between(low, high);
        double mean = Integral(x => x * NormalDistribution.Density(x) / mass);
        double deviation = Math.Sqrt(Integral(x => x * x * NormalDistribution.Density(x) / mass) - mean * mean);
        // Of what is scaled to mean 0 and deviation 1, so that the correlations are those of the others.
        double Scaled(int power) => Integral(x => Math.Pow((x - mean) / deviation, power) * NormalDistribution.Density(x) / mass);
        Check(
            create(),
            (generator, draws) =>
            {
                generator.TruncatedNormal(draws, 0, 1, low, high);
                TensorPrimitives.Add(draws, (float)-mean, draws);
                TensorPrimitives.Multiply(draws, (float)(1 / deviation), draws);
            },
            [.. Enumerable.Range(1, 4).Select(Scaled)],
            [.. Enumerable.Range(1, 4).Select(power => Scaled(2 * power) - Math.Pow(Scaled(power), 2))],
            16,
            x => NormalDistribution.Between(low, Math.Clamp(x * deviation + mean, low, high)) / mass);

        // Simpson's rule.
        double Integral(Func<double, double> function)
        {
            const int Parts = 2000;
            double width = (high - low) / Parts;
            return width / 3 * Enumerable.Range(0, Parts + 1)
                .Sum(i => (i is 0 or Parts ? 1 : i % 2 == 1 ? 4 : 2) * function(low + i * width));
        }
    }

    [TestCaseSource(nameof(s_generators))]
    public void Integers(Func<Generator> create)
    {
        // 10 M integers below 1,000: the sum of squares has 999 degrees of freedom, and deviation sqrt(2 * 999).
        const int Range = 1000;
        Generator generator = create();
        int[] draws = new int[Chunk], hits = new int[Range];
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            generator.Integers(draws, 0, Range);
            foreach (int draw in draws)
                hits[draw]++;
        }

        double expected = Draws / Range;
        double chiSquared = hits.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.That((chiSquared - (Range - 1)) / Math.Sqrt(2 * (Range - 1)), Is.InRange(-Errors, Errors + 0.5));
    }

    [TestCaseSource(nameof(s_generators))]
    public void Orders(Func<Generator> create)
    {
        // 10 M draws make 2.6 M orders of five items, of which there are 120.
        const int Items = 5, Possible = 120;
        Generator generator = create();
        int[] order = new int[Items];
        int[] hits = new int[(int)Math.Pow(Items, Items)];
        double orders = Draws / (Items - 1), expected = orders / Possible;
        for (int i = 0; i < orders; i++)
        {
            generator.Permutation(order);
            int number = 0;
            foreach (int item in order)
                number = number * Items + item;
            hits[number]++;
        }

        int[] seen = [.. hits.Where(count => count > 0)];
        Assert.That(seen, Has.Length.EqualTo(Possible));
        double chiSquared = seen.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.That((chiSquared - (Possible - 1)) / Math.Sqrt(2 * (Possible - 1)), Is.InRange(-Errors, Errors + 1));
    }

    [TestCaseSource(nameof(s_neighbours))]
    public void Neighbouring_streams_are_independent(Func<Generator> first, Func<Generator> second)
    {
        (Generator a, Generator b) = (first(), second());
        int[] lags = [0, 1, 16, 64, 624];
        double[] ahead = new double[lags.Length], behind = new double[lags.Length];
        float[] x = new float[Chunk], y = new float[Chunk];
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            // Scaled to mean 0 and deviation 1.
            a.Uniform(x, -Math.Sqrt(3), Math.Sqrt(3));
            b.Uniform(y, -Math.Sqrt(3), Math.Sqrt(3));
            for (int i = 0; i < lags.Length; i++)
            {
                ahead[i] += TensorPrimitives.Dot<float>(x.AsSpan(lags[i]), y.AsSpan(0, Chunk - lags[i]));
                behind[i] += TensorPrimitives.Dot<float>(y.AsSpan(lags[i]), x.AsSpan(0, Chunk - lags[i]));
            }
        }

        Assert.That(ahead.Concat(behind).Select(sum => Math.Abs(sum) / Math.Sqrt(Draws)), Is.All.LessThan(Errors));
    }

    /// <summary>If one stream were another one shifted by up to 2^18 draws, their windows of three draws would meet.</summary>
    [TestCaseSource(nameof(s_neighbours))]
    public void No_stream_is_another_one_shifted(Func<Generator> first, Func<Generator> second)
    {
        HashSet<ulong> windows = [.. Windows(first())];
        // 2^36 pairs of 63 bits: one of them would be equal by chance in one of 2^27 such tests.
        Assert.That(Windows(second()).Any(windows.Contains), Is.False);
        // The windows do find a shift.
        Generator shifted = first();
        shifted.Uniform(new float[1000]);
        Assert.That(Windows(shifted).Any(windows.Contains));

        static IEnumerable<ulong> Windows(Generator generator)
        {
            float[] draws = new float[1 << 18];
            generator.Uniform(draws);
            ulong window = 0;
            for (int i = 0; i < draws.Length; i++)
            {
                window = window << 21 & 0x7FFF_FFFF_FFFF_FFFF | (uint)(draws[i] * (1 << 21));
                if (i >= 2)
                    yield return window;
            }
        }
    }

    private static void Check(
        Generator generator, Action<Generator, float[]> draw, double[] moments, double[] variances, double bound, Func<double, double> distribution)
    {
        float[] draws = new float[Chunk], powers = new float[Chunk];
        double[] sums = new double[4], products = new double[s_lags.Length];
        int[] bins = new int[1 << 16];
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            draw(generator, draws);
            draws.CopyTo(powers, 0);
            for (int power = 0; power < 4; power++)
            {
                sums[power] += TensorPrimitives.Sum<float>(powers);
                TensorPrimitives.Multiply(powers, draws, powers);
            }

            for (int i = 0; i < s_lags.Length; i++)
                products[i] += TensorPrimitives.Dot<float>(draws.AsSpan(s_lags[i]), draws.AsSpan(0, Chunk - s_lags[i]));
            float scale = (float)(bins.Length / (2 * bound));
            foreach (float x in draws)
                bins[(int)((x + (float)bound) * scale)]++;
        }

        for (int power = 0; power < 4; power++)
        {
            double error = Math.Abs(sums[power] / Draws - moments[power]) / Math.Sqrt(variances[power] / Draws);
            Assert.That(error, Is.LessThan(Errors), $"moment {power + 1}");
        }

        for (int i = 0; i < s_lags.Length; i++)
            Assert.That(Math.Abs(products[i]) / Math.Sqrt(Draws), Is.LessThan(Errors), $"lag {s_lags[i]}");
        Assert.That(KolmogorovSmirnov.Of(bins, -bound, bound, distribution), Is.LessThan(KolmogorovSmirnov.OneInAMillion), "Kolmogorov-Smirnov");
    }

    private static TestCaseData Case(string name, Func<Generator> create) => new TestCaseData(create).SetArgDisplayNames(name);

    private static TestCaseData Truncated(string name, Func<Generator> create, double low, double high) =>
        new TestCaseData(create, low, high).SetArgDisplayNames(name, FormattableString.Invariant($"{low}"), FormattableString.Invariant($"{high}"));

    private static TestCaseData Pair(string name, Func<Generator> first, Func<Generator> second) =>
        new TestCaseData(first, second).SetArgDisplayNames(name);
}
