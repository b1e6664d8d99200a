using System.Runtime.CompilerServices;
using NUnit.Framework;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Lanes;

/// <summary>Functions that a user writes: each element once, with the same bits however they are mapped.</summary>
public sealed class MapTests
{
    private const int Longest = 200;

    private static readonly Affine s_affine = new(1.7, -0.3);

    [Test]
    public void EveryLengthAndWidthHasTheBitsOfTheFormula([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        (float[] a, float[] b, float[] c) = (Samples(1, Longest), Samples(2, Longest), Samples(3, Longest));
        for (int length = 0; length <= Longest; length++)
        {
            // One more element on either side, which must stay as it is.
            float[] one = Untouched(length), two = Untouched(length), three = Untouched(length);

            Map.Run(s_affine, a.AsSpan(0, length), one.AsSpan(1, length));
            Map.Run(default(Smaller), a.AsSpan(0, length), b.AsSpan(0, length), two.AsSpan(1, length));
            Map.Run(default(Chain), a.AsSpan(0, length), b.AsSpan(0, length), c.AsSpan(0, length), three.AsSpan(1, length));

            AssertBetween(one, i => MathF.FusedMultiplyAdd(a[i], 1.7f, -0.3f), "one operand", length);
            AssertBetween(two, i => a[i] < b[i] ? a[i] : b[i], "two operands", length);
            AssertBetween(three, i => MathF.FusedMultiplyAdd(a[i], b[i], c[i]), "three operands", length);
        }
    }

    [Test]
    public void AFunctionOfElementaryFunctionsHasTheSameBitsAtEveryWidth()
    {
        float[] input = Samples(4, 1003), expected = new float[input.Length];
        using (new ForcedWidth(1))
            Map.Run(default(Logistic), input, expected);
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            float[] actual = new float[input.Length];
            Map.Run(default(Logistic), input, actual);
            Bits.AssertSame(actual, expected, $"width {width}");
        }

        Assert.That(expected[Array.FindIndex(input, x => x == 1)], Is.EqualTo(1 / (1 + Math.Exp(-1))).Within(1e-6));
    }

    [Test]
    public void EveryOperandMayBeTheOutput([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        const int Length = 77;
        float[] a = Samples(1, Length), b = Samples(2, Length), c = Samples(3, Length);
        float[] smaller = new float[Length], chain = new float[Length], affine = new float[Length];
        Map.Run(s_affine, a, affine);
        Map.Run(default(Smaller), a, b, smaller);
        Map.Run(default(Chain), a, b, c, chain);

        AssertInPlace(affine, a, memory => Map.Run(s_affine, memory, memory));
        AssertInPlace(smaller, a, memory => Map.Run(default(Smaller), memory, b, memory));
        AssertInPlace(smaller, b, memory => Map.Run(default(Smaller), a, memory, memory));
        AssertInPlace(chain, a, memory => Map.Run(default(Chain), memory, b, c, memory));
        AssertInPlace(chain, b, memory => Map.Run(default(Chain), a, memory, c, memory));
        AssertInPlace(chain, c, memory => Map.Run(default(Chain), a, b, memory, memory));
    }

    [Test]
    public void AnyNumberOfThreadsHasTheSameBits([Values(0, 1, 1023, 1024, 1025, 50_001)] int length, [Values(1, 2, 3, 16)] int threads)
    {
        using var workers = new Workers(threads) { ShareAll = true };
        float[] a = Samples(1, length), b = Samples(2, length), c = Samples(3, length);
        float[] expected = new float[length], actual = new float[length];

        Map.Run(s_affine, a, expected);
        Map.Run(s_affine, a, actual, workers);
        Bits.AssertSame(actual, expected, $"one operand");

        Map.Run(default(Smaller), a, b, expected);
        Map.Run(default(Smaller), a, b, actual, workers);
        Bits.AssertSame(actual, expected, $"two operands");

        Map.Run(default(Chain), a, b, c, expected);
        Map.Run(default(Chain), a, b, c, a, workers);
        Bits.AssertSame(a, expected, $"three operands, in place");
    }

    [Test]
    public void WrongSpansAreNamedAndNothingIsWritten()
    {
        float[] memory = [7, 7, 7, 7, 7];
        const string Lengths = "output has 4 elements, input has 5; they must have the same length.";
        Refusal.OfArgument<ArgumentException>("output", () => Map.Run(s_affine, memory, new float[4]), Lengths);
        Refusal.OfArgument<ArgumentException>(
            "output", () => Map.Run(s_affine, memory.AsSpan(0, 4), memory.AsSpan(1)), "output overlaps input, 1 elements apart");

        float[] other = new float[5];
        Refusal.OfArgument<ArgumentException>("right", () => Map.Run(default(Smaller), memory, new float[4], other), "right has 4");
        Refusal.OfArgument<ArgumentException>("output", () => Map.Run(default(Smaller), memory, other, new float[4]), "output has 4");
        Refusal.OfArgument<ArgumentException>(
            "output", () => Map.Run(default(Smaller), memory.AsSpan(2), new float[3], memory.AsSpan(0, 3)), "output overlaps left");
        Refusal.OfArgument<ArgumentException>(
            "output", () => Map.Run(default(Smaller), new float[3], memory.AsSpan(2), memory.AsSpan(0, 3)), "output overlaps right");

        Refusal.OfArgument<ArgumentException>("second", () => Map.Run(default(Chain), memory, new float[4], other, other), "second has 4");
        Refusal.OfArgument<ArgumentException>("third", () => Map.Run(default(Chain), memory, other, new float[4], other), "third has 4");
        Refusal.OfArgument<ArgumentException>("output", () => Map.Run(default(Chain), memory, other, other, new float[4]), "output has 4");
        foreach (string operand in (string[])["first", "second", "third"])
        {
            Span<float> Operand(string name) => string.Equals(name, operand, StringComparison.Ordinal) ? memory.AsSpan(2) : new float[3];
            Refusal.OfArgument<ArgumentException>(
                "output",
                () => Map.Run(default(Chain), Operand("first"), Operand("second"), Operand("third"), memory.AsSpan(0, 3)),
                $"output overlaps {operand}");
        }

        Assert.That(memory, Is.All.EqualTo(7f));
        Assert.That(other, Is.All.EqualTo(0f));
    }

    [Test]
    public void NothingIsAllocated()
    {
        using var workers = new Workers(2) { ShareAll = true };
        float[] a = Samples(1, 5000), b = new float[5000];
        void All()
        {
            Map.Run(s_affine, a, b);
            Map.Run(s_affine, a, b, workers);
            Map.Run(default(Smaller), a, b, b, workers);
            Map.Run(default(Chain), a, b, a, b, workers);
        }

        for (int i = 0; i < 200; i++)
            All();
        long before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static float[] Samples(int seed, int length)
    {
        var random = new Random(seed);
        float[] samples = new float[length];
        FloatSamples.FillSpread(samples, random, -3, 3);
        FloatSamples.SprinkleSpecial(samples, random);
        return samples;
    }

    private static float[] Untouched(int length) => [.. Enumerable.Repeat(7f, length + 2)];

    private static void AssertBetween(float[] actual, Func<int, float> expected, string what, int length)
    {
        Assert.That((actual[0], actual[^1]), Is.EqualTo((7f, 7f)), $"{what}, beside {length} elements");
        for (int i = 0; i < length; i++)
        {
            if (!Bits.Same(actual[i + 1], expected(i)))
                Assert.Fail($"{what}: element {i} of {length} is {Bits.Show(actual[i + 1])}, not {Bits.Show(expected(i))}.");
        }
    }

    private static void AssertInPlace(float[] expected, float[] operand, Action<float[]> run)
    {
        float[] memory = [.. operand];
        run(memory);
        Bits.AssertSame(memory, expected, $"in place");
    }

    private readonly struct Affine(double factor, double summand) : IUnaryFunction
    {
        private readonly Constant _factor = new(factor);
        private readonly float _summand = (float)summand;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(value, TFloat.Splat(_factor), TFloat.Splat(_summand));
    }

    private readonly struct Logistic : IUnaryFunction
    {
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.Splat(1f) / (TFloat.Splat(1f) + Elementary.Exp(TFloat.Splat(0f) - value));
    }

    private readonly struct Smaller : IBinaryFunction
    {
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.SelectLess(left, right, left, right);
    }

    private readonly struct Chain : ITernaryFunction
    {
        public TFloat Apply<TFloat>(TFloat first, TFloat second, TFloat third)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(first, second, third);
    }
}
