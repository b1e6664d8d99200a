using System.Numerics.Tensors;
using System.Text;
using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Generators;

public class PhiloxStreamTests
{
    /// <summary>Published values of the 64-bit FNV-1a hash.</summary>
    [TestCase("", 0xcbf29ce484222325)]
    [TestCase("a", 0xaf63dc4c8601ec8c)]
    [TestCase("b", 0xaf63df4c8601f1a5)]
    [TestCase("foobar", 0x85944171f73967e8)]
    public void A_name_gives_the_stream_of_its_hash(string name, ulong stream)
    {
        var generator = Philox.ForName(42, name);
        Assert.That((generator.Seed, generator.Stream, generator.Position), Is.EqualTo((42ul, stream, 0L)));
    }

    [Test]
    public void A_name_counts_by_its_UTF_8_bytes()
    {
        const string Name = "größe.重み";
        ulong hash = 14695981039346656037;
        foreach (byte value in Encoding.UTF8.GetBytes(Name))
            hash = unchecked((hash ^ value) * 1099511628211);
        Assert.That(Philox.ForName(1, Name).Stream, Is.EqualTo(hash));
        Assert.That(Assert.Throws<ArgumentNullException>(() => Philox.ForName(1, null!))!.ParamName, Is.EqualTo("name"));
        Assert.That(Assert.Throws<ArgumentException>(() => Philox.ForName(1, "a\ud800"))!.Message, Does.Contain("surrogate"));
    }

    [Test]
    public void Adding_a_layer_does_not_change_the_others()
    {
        Parameter[] two = Model(["fc1.weight", "fc2.weight"]), three = Model(["fc1.weight", "new.weight", "fc2.weight"]);
        Bits.AssertSame(three[0].Values, two[0].Values, $"before the new layer");
        Bits.AssertSame(three[2].Values, two[1].Values, $"after the new layer");
        Assert.That(two[0].Values.ToArray(), Is.Not.EqualTo(two[1].Values.ToArray()));

        static Parameter[] Model(string[] names)
        {
            var store = new ParameterStore();
            Parameter[] parameters = [.. names.Select(name => store.Add(name, [30, 20]))];
            foreach (Parameter parameter in parameters)
                Initialize.KaimingNormal(parameter, Philox.ForName(7, parameter.Name));
            return parameters;
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    public void Any_number_of_threads_fills_the_same(int count)
    {
        const int Length = 200_003;
        float[] whole = new float[3 * Length], parts = new float[3 * Length];
        int[] integers = new int[Length], partsOfIntegers = new int[Length];
        Fill(new Philox(4, 5), whole.AsSpan(0, Length), whole.AsSpan(Length, Length), whole.AsSpan(2 * Length), integers);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(index => new Thread(() =>
        {
            int start = (int)((long)Length * index / count), end = (int)((long)Length * (index + 1) / count);
            Fill(
                new Philox(4, 5) { Position = start },
                parts.AsSpan(start, end - start),
                parts.AsSpan(Length + start, end - start),
                parts.AsSpan(2 * Length + start, end - start),
                partsOfIntegers.AsSpan(start, end - start));
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Bits.AssertSame(parts, whole, $"{count} threads");
        Assert.That(partsOfIntegers.AsSpan().SequenceEqual(integers));

        static void Fill(Philox generator, Span<float> normal, Span<float> uniform, Span<float> truncated, Span<int> integers)
        {
            long start = generator.Position;
            generator.Normal(normal);
            generator.Position = start;
            generator.Uniform(uniform);
            generator.Position = start;
            generator.TruncatedNormal(truncated);
            generator.Position = start;
            generator.Integers(integers, -1_000_000_000, 2_000_000_000);
        }
    }

    [Test]
    public void Integers_are_those_of_single_draws_in_pieces_of_any_size_and_at_every_width()
    {
        int[] single = new int[2000];
        var generator = new Philox(6, 7) { Position = 5 };
        for (int i = 0; i < single.Length; i++)
            single[i] = generator.Below(1_500_000_000);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            int[] filled = new int[single.Length];
            generator = new Philox(6, 7) { Position = 5 };
            for (int start = 0, size = 1; start < filled.Length; start += size++)
                generator.Integers(filled.AsSpan(start, Math.Min(size, filled.Length - start)), 0, 1_500_000_000);
            Assert.That(filled, Is.EqualTo(single), $"width {width}");
        }

        int[] wide = new int[100_000];
        new Philox(8).Integers(wide, int.MinValue, int.MaxValue);
        Assert.That(wide.Average(x => (double)x), Is.EqualTo(0).Within(5 * Math.Pow(2, 32) / Math.Sqrt(12 * wide.Length)));
        new Philox(8).Integers(wide, -3, 4);
        Assert.That(wide.Distinct().Order(), Is.EqualTo(Enumerable.Range(-3, 7)));
        Assert.That(
            Assert.Throws<ArgumentOutOfRangeException>(() => new Philox(8).Integers(wide, 4, 4))!.Message, Does.Contain("high is 4"));
    }

    [Test]
    public void Normal_draws_reach_beyond_six_deviations()
    {
        // The smallest uniform number is 2^-33: the position of a word that is 0 is not known, but the formula's end is.
        float[] far = new float[1 << 24];
        new Philox(2).Normal(far);
        Assert.That(Math.Abs(TensorPrimitives.MaxMagnitude<float>(far)), Is.GreaterThan(5.2).And.LessThan(6.77));
        Assert.That(Math.Sqrt(2 * 33 * Math.Log(2)), Is.EqualTo(6.76).Within(0.005));
    }
}
