using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Lanes;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Generators;

public class PhiloxTests
{
    /// <summary>Random123's published known answers for Philox4x32-10: counter, key, random words.</summary>
    private static readonly object[] s_knownAnswers =
    [
        new object[] { new uint[] { 0, 0, 0, 0 }, new uint[] { 0, 0 }, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
        new object[]
        {
            new uint[] { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, new uint[] { 0xffffffff, 0xffffffff },
            new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd },
        },
        new object[]
        {
            new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, new uint[] { 0xa4093822, 0x299f31d0 },
            new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 },
        },
    ];

    [TestCaseSource(nameof(s_knownAnswers))]
    public void Known_answers_at_every_width(uint[] counter, uint[] key, uint[] expected)
    {
        Check<CounterLane512, FloatLane512>();
        Check<CounterLane256, FloatLane256>();
        Check<CounterLane128, FloatLane128>();
        Check<CounterLane1, FloatLane1>();

        void Check<TCounter, TFloat>()
            where TCounter : struct, ICounterLane<TCounter, TFloat>
            where TFloat : struct, IFloatLane<TFloat>
        {
            TCounter c0 = TCounter.Splat(counter[0]), c1 = TCounter.Splat(counter[1]), c2 = TCounter.Splat(counter[2]), c3 = TCounter.Splat(counter[3]);
            PhiloxKeys keys = PhiloxKeys.Of(key[0] | (ulong)key[1] << 32);
            PhiloxRounds.Apply<TCounter, TFloat>(ref c0, ref c1, ref c2, ref c3, in keys);
            TCounter[] words = [c0, c1, c2, c3];
            for (int word = 0; word < 4; word++)
            {
                float[] lanes = new float[TFloat.Width];
                TCounter.ToBits(words[word]).Store(ref lanes[0], 0);
                Assert.That(lanes.Select(Bits.Of), Is.All.EqualTo(expected[word]), $"word {word} at width {TFloat.Width}");
            }
        }
    }

    [Test]
    public void A_uniform_draw_is_the_upper_24_bits_of_its_documented_word()
    {
        var generator = new Philox(seed: 0x0123_4567_89AB_CDEF, stream: 0xFEDC_BA98_7654_3210);
        foreach (long position in new[] { 0L, 1, 15, 16, 63, 64, 1000, 123_456_789_012 })
        {
            generator.Position = position;
            float[] draw = new float[1];
            generator.Uniform(draw);
            ulong block = (ulong)(position / 64 * 16 + position % 16);
            CounterLane1 c0 = new(block), c1 = new(block >> 32), c2 = new(0x7654_3210), c3 = new(0xFEDC_BA98);
            PhiloxKeys keys = PhiloxKeys.Of(generator.Seed);
            PhiloxRounds.Apply<CounterLane1, FloatLane1>(ref c0, ref c1, ref c2, ref c3, in keys);
            CounterLane1[] words = [c0, c1, c2, c3];
            uint word = Bits.Of(CounterLane1.ToBits(words[position % 64 / 16]).Value);
            Assert.That(draw[0], Is.EqualTo((word >> 8) * (1f / (1 << 24))), $"position {position}");
        }
    }

    [Test]
    public void Fills_have_the_same_bits_at_every_width_length_and_position()
    {
        const int Length = 800;
        float[] normal = new float[Length], uniform = new float[Length];
        using (new ForcedWidth(1))
        {
            new Philox(3, 4).Normal(normal, 1, 2);
            new Philox(3, 4).Uniform(uniform, -1, 3);
        }

        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            for (int length = 0; length <= 257; length++)
            {
                int position = length * 7 % 500;
                float[] memory = [.. Enumerable.Repeat(99f, length + 32)];
                Span<float> target = memory.AsSpan(length % 16, length);
                new Philox(3, 4) { Position = position }.Normal(target, 1, 2);
                Bits.AssertSame(target, normal.AsSpan(position, length), $"normal, width {width}, length {length}");
                new Philox(3, 4) { Position = position }.Uniform(target, -1, 3);
                Bits.AssertSame(target, uniform.AsSpan(position, length), $"uniform, width {width}, length {length}");
                target.Fill(99);
                Assert.That(memory, Is.All.EqualTo(99f));
            }
        }
    }

    [Test]
    public void It_says_where_it_stands() =>
        Assert.That(new Philox(3, 4) { Position = 5 }.ToString(), Is.EqualTo("Philox seed 3, stream 4, position 5"));

    [Test]
    public void Pieces_make_the_whole_whatever_was_drawn_before()
    {
        float[] whole = new float[5000], pieces = new float[5000];
        new Philox(8).Normal(whole);
        var generator = new Philox(8);
        var sizes = new Random(1);
        int done = 0;
        while (done < pieces.Length)
        {
            int size = Math.Min(sizes.Next(0, 150), pieces.Length - done);
            generator.Normal(pieces.AsSpan(done, size));
            done += size;
            Assert.That(generator.Position, Is.EqualTo(done));
        }

        Bits.AssertSame(pieces, whole, $"pieces");

        generator = new Philox(8);
        generator.Uniform(pieces.AsSpan(0, 13));
        generator.Below(10);
        generator.Normal(pieces.AsSpan(14, 1000));
        Bits.AssertSame(pieces.AsSpan(14, 1000), whole.AsSpan(14, 1000), $"after other draws");
    }

    [Test]
    public void Uniform_draws_reach_the_lower_bound_and_never_the_upper_one()
    {
        float[] draws = new float[1 << 20];
        foreach ((float low, float high) in new[] { (0f, 1f), (-1f, 1f), (1f, MathF.BitIncrement(1f)), (1e6f, 1e6f + 1), (2f, 2f), (-3e38f, 0f) })
        {
            new Philox(5).Uniform(draws, low, high);
            Assert.That(draws.Min(), Is.GreaterThanOrEqualTo(low));
            Assert.That(draws.Max(), low == high ? Is.EqualTo(high) : Is.LessThan(high));
        }
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(10)]
    [TestCase(1_500_000_000)]
    public void Integers_are_even_over_their_range(int count)
    {
        const int Draws = 200_000;
        int bins = Math.Min(count, 10);
        int[] seen = new int[bins];
        var generator = new Philox(17);
        for (int i = 0; i < Draws; i++)
            seen[(int)((long)generator.Below(count) * bins / count)]++;
        double expected = (double)Draws / bins;
        double chiSquared = seen.Sum(hits => (hits - expected) * (hits - expected) / expected);
        // Far beyond the 99.99 % quantile of nine degrees of freedom, 33.7.
        Assert.That(chiSquared, Is.LessThan(40));
        Assert.That(generator.Position, Is.EqualTo(Draws));
    }

    [Test]
    public void A_permutation_has_every_number_once_and_depends_on_seed_and_stream()
    {
        int[] first = new int[1000], second = new int[1000], third = new int[1000];
        new Philox(1).Permutation(first);
        new Philox(1).Permutation(second);
        new Philox(1, 1).Permutation(third);
        Assert.That(first.Order(), Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(second, Is.EqualTo(first));
        Assert.That(third, Is.Not.EqualTo(first));
    }

    [Test]
    public void Bad_input_is_named_and_changes_nothing()
    {
        float[] target = [7, 7];
        var generator = new Philox(1);
        Refusal.Of<ArgumentOutOfRangeException>(() => generator.Uniform(target, float.NaN), "low is NaN");
        Refusal.Of<ArgumentOutOfRangeException>(() => generator.Uniform(target, 1, 0), "high is 0");
        Refusal.Of<ArgumentOutOfRangeException>(() => generator.Uniform(target, -3e38f, 3e38f), "high is 3");
        Refusal.Of<ArgumentOutOfRangeException>(() => generator.Normal(target, float.PositiveInfinity), "mean is Infinity");
        Refusal.Of<ArgumentOutOfRangeException>(() => generator.Normal(target, 0, -1), "standardDeviation is -1");
        Refusal.Of<ArgumentOutOfRangeException>(() => generator.Below(0), "exclusiveMaximum is 0");
        Refusal.Of<ArgumentOutOfRangeException>(() => generator.Position = -1, "Position is -1");
        generator.Position = Philox.MaximumPosition - 1;
        int[] order = [7, 7, 7];
        Refusal.Of<InvalidOperationException>(() => generator.Normal(target), "ends at position");
        Refusal.Of<InvalidOperationException>(() => generator.Uniform(target), "ends at position");
        Refusal.Of<InvalidOperationException>(() => generator.TruncatedNormal(target), "ends at position");
        Refusal.Of<InvalidOperationException>(() => generator.Integers(order, 0, 9), "ends at position");
        Refusal.Of<InvalidOperationException>(() => generator.Permutation(order), "ends at position");
        Refusal.Of<InvalidOperationException>(() => generator.Shuffle(order.AsSpan()), "ends at position");
        Refusal.Of<InvalidOperationException>(() => Initialize.Sparse(target, generator, [2, 1], 0.5), "ends at position");
        Refusal.Of<InvalidOperationException>(() => Initialize.Linear(target.AsSpan(1), generator, [1, 1], target.AsSpan(0, 1)), "ends at position");
        Assert.That(generator.Position, Is.EqualTo(Philox.MaximumPosition - 1));
        Assert.That(order, Is.All.EqualTo(7));
        Assert.That(target, Is.All.EqualTo(7f));
    }
}
