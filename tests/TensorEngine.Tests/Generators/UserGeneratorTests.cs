using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Generators;

/// <summary>What a generator has that gives 32 random bits and nothing else.</summary>
public class UserGeneratorTests
{
    private static readonly int[] s_lengths = [0, 1, 2, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 2047, 2048, 2049, 5000];

    [Test]
    public void Uniform_draws_take_a_word_each_in_order([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        foreach (int length in s_lengths)
        {
            float[] draws = new float[length];
            var generator = new Counted(3);
            generator.Uniform(draws, -2, 6);
            uint[] words = Words(3, length);
            Bits.AssertSame(draws, [.. words.Select(word => -2 + 8 * ((word >> 8) / (float)(1 << 24)))], $"{length} draws");
            Assert.That(generator.Taken, Is.EqualTo(length));
        }
    }

    [Test]
    public void Normal_draws_take_pairs_of_words([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        foreach (int length in s_lengths)
        {
            float[] draws = new float[length];
            var generator = new Counted(4);
            generator.Normal(draws, 0.5, 2);
            uint[] words = Words(4, length + 1);
            double[] expected = new double[length + 1];
            for (int start = 0; start < length;)
            {
                bool block = start + 32 <= length;
                for (int i = 0; i < (block ? 16 : 1); i++)
                    Pair(start + i, start + i + (block ? 16 : 1));
                start += block ? 32 : 2;
            }

            Assert.That(draws, Is.EqualTo(expected[..length]).Within(4e-6), $"{length} draws");
            Assert.That(generator.Taken, Is.EqualTo(length + (length % 2)));

            void Pair(int first, int second)
            {
                double radius = 2 * Math.Sqrt(-2 * Math.Log((words[first] + 0.5) / 4294967296));
                double angle = words[second] / 4294967296.0 * 2 * Math.PI;
                (expected[first], expected[second]) = (0.5 + radius * Math.Cos(angle), 0.5 + radius * Math.Sin(angle));
            }
        }
    }

    [Test]
    public void All_draws_have_the_same_bits_at_every_width([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        float[] expected, actual;
        using (new ForcedWidth(1))
            expected = Draws(new SplitMix(5));
        using (new ForcedWidth(width))
            actual = Draws(new SplitMix(5));
        Bits.AssertSame(actual, expected, $"width {width}");
    }

    [Test]
    public void Words_by_the_hundred_are_those_one_by_one() =>
        Bits.AssertSame(Draws(new Xoshiro(6)), Draws(new OneByOne(6)), $"draws");

    [Test]
    public void A_uniform_draw_never_reaches_the_upper_bound()
    {
        float[] draws = new float[100];
        var generator = new AllOnes();
        generator.Uniform(draws, 0, 1);
        Assert.That(draws, Is.All.EqualTo(1 - 1f / (1 << 24)));
        generator.Uniform(draws, 1, 1.0000001192092896);
        Assert.That(draws, Is.All.EqualTo(1f));
        generator.Uniform(draws, 3, 3);
        Assert.That(draws, Is.All.EqualTo(3f));
        generator.Normal(draws);
        Assert.That(draws, Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Integers_are_rejected_where_the_range_does_not_divide_evenly()
    {
        // The 2^32 words leave a remainder of 2^30 when they are divided among 3 * 2^30 integers: a quarter of them is rejected.
        var generator = new Counted(7);
        int[] draws = new int[30_000];
        generator.Integers(draws, int.MinValue, (int)(3221225472L + int.MinValue));
        Assert.That(generator.Taken, Is.EqualTo(40_000).Within(600));
        int[] hits = new int[3];
        foreach (int draw in draws)
            hits[(int)((draw - (long)int.MinValue) >> 30)]++;
        Assert.That(hits, Is.All.EqualTo(10_000).Within(500));
        Assert.That(Enumerable.Range(0, 100).Select(_ => generator.Below(1)), Is.All.Zero);
    }

    [Test]
    public void A_stream_of_its_own_that_ends_is_seen_before_anything_is_drawn()
    {
        var generator = new Counted(8) { Left = 5 };
        float[] weight = [7, 7, 7, 7], bias = [7, 7];
        Assert.That(() => Initialize.Linear(weight, generator, [2, 2], bias), Throws.InvalidOperationException.With.Message.EqualTo("5 left"));
        Assert.That(weight.Concat(bias), Is.All.EqualTo(7f));
        Assert.That(generator.Taken, Is.Zero);
        Initialize.Linear(weight, generator, [2, 2]);
        Assert.That(generator.Taken, Is.EqualTo(4));
    }

    [Test]
    public void Filling_allocates_nothing()
    {
        var generator = new SplitMix(9);
        float[] draws = new float[3001];
        int[] order = new int[50];
        Everything();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
            Everything();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Everything()
        {
            generator.Uniform(draws);
            generator.Normal(draws);
            generator.TruncatedNormal(draws);
            generator.Integers(order, 0, 9);
            generator.Permutation(order);
        }
    }

    private static uint[] Words(ulong seed, int count)
    {
        var generator = new Counted(seed);
        return [.. Enumerable.Range(0, count).Select(_ => generator.Word())];
    }

    private static float[] Draws(Generator generator)
    {
        float[] draws = new float[1200];
        int[] order = new int[100];
        generator.Uniform(draws.AsSpan(0, 333), -1, 3);
        generator.Normal(draws.AsSpan(333, 333), 1, 2);
        generator.TruncatedNormal(draws.AsSpan(666, 100), 0, 1, -2, 2);
        generator.TruncatedNormal(draws.AsSpan(766, 100), 0, 1, 3, 9);
        generator.TruncatedNormal(draws.AsSpan(866, 100), 0, 1, -0.5, 0.25);
        generator.Permutation(order);
        for (int i = 0; i < 100; i++)
            draws[966 + i] = order[i];
        generator.Integers(order, -7, 900);
        for (int i = 0; i < 100; i++)
            draws[1066 + i] = order[i];
        return draws;
    }

    /// <summary>Counts the words that are taken, and may have an end.</summary>
    private sealed class Counted(ulong seed) : SplitMix(seed)
    {
        public int Taken { get; private set; }

        public long Left { get; init; } = long.MaxValue;

        public uint Word() => NextWord();

        protected internal override void CheckRoom(long count)
        {
            if (count > Left)
                throw new InvalidOperationException($"{Left} left");
        }

        protected override uint NextWord()
        {
            Taken++;
            return base.NextWord();
        }
    }

    private sealed class OneByOne(uint seed) : Xoshiro(seed)
    {
        protected override void FillWords(Span<uint> destination)
        {
            foreach (ref uint word in destination)
                word = NextWord();
        }
    }

    private sealed class AllOnes : Generator
    {
        public override GeneratorState SaveState() => new("ones", []);

        public override void RestoreState(GeneratorState state) => GeneratorState.WordsOf(state, "ones", 0);

        protected override uint NextWord() => uint.MaxValue;
    }
}
