using NUnit.Framework;
using TensorEngine.Lanes;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Lanes;

/// <summary>Every member of the float lanes at every width against single floats.</summary>
public sealed class FloatLaneTests
{
    // A multiple of every width.
    private const int Chunk = 16;

    [Test]
    public void EveryOperationHasTheExpectedBits(
        [Values] FloatOperation operation, [ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        int arity = FloatOperations.Arity(operation);
        float[] special = FloatSamples.Special;
        IEnumerable<(float A, float B, float C)> inputs =
            from a in special
            from b in arity > 1 ? special : [0f]
            from c in arity > 2 ? special : [0f]
            select (a, b, c);
        AssertExpected(operation, width, [.. inputs]);
    }

    /// <summary>
    /// Products that end a little above or below the middle between two floats, which an addend far smaller decides: rounding
    /// to double first gets them wrong.
    /// </summary>
    [Test]
    public void FusedMultiplyAddRoundsOnce([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        var random = new Random(20240301);
        var inputs = new List<(float A, float B, float C)>();
        for (int i = 0; i < 4096; i++)
        {
            // 12 bits times 13 bits give 25, an odd one of which is such a middle.
            float a = random.Next(1 << 11, 1 << 12) | 1, b = random.Next(1 << 12, 1 << 13) | 1;
            float c = MathF.ScaleB(FloatSamples.Spread(random, 0, 1), -random.Next(20, 70));
            inputs.Add((a, b, c));
            inputs.Add((FloatSamples.Spread(random, -3, 3), FloatSamples.Spread(random, -3, 3), FloatSamples.Spread(random, -6, 6)));
        }

        int wrongInDouble = inputs.Count(x => !Bits.Same((float)((double)x.A * x.B + x.C), Exact(x)));
        int wrongInFloat = inputs.Count(x => !Bits.Same(x.A * x.B + x.C, Exact(x)));
        Assert.That(new[] { wrongInDouble, wrongInFloat }, Is.All.GreaterThan(100), "inputs that only one rounding gets right");
        AssertExpected(FloatOperation.FusedMultiplyAdd, width, [.. inputs]);

        static float Exact((float A, float B, float C) x) => FloatOperations.ExactFusedMultiplyAdd(x.A, x.B, x.C);
    }

    [Test]
    public void SignedToFloatRoundsToTheNearestEven([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        int[] integers =
        [
            0, 1, -1, 0xFF_FFFF, 0x100_0000, 0x100_0001, 0x100_0002, 0x100_0003, -0x100_0001, -0x100_0003,
            0x4000_0020, 0x4000_0060, int.MaxValue, int.MinValue, int.MinValue + 1, 0x7FFF_FFBF, 0x7FFF_FFC0, 123_456_789,
        ];
        AssertExpected(FloatOperation.SignedToFloat, width, [.. integers.Select(value => (Bits.ToFloat((uint)value), 0f, 0f))]);
    }

    [Test]
    public void SplatLoadAndStoreTouchOneRegister([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var _ = new ForcedWidth(width);
        float[] source = [.. Enumerable.Range(0, 64).Select(i => i + 0.5f)];
        float[] loaded = new float[64], splat = new float[64], bits = new float[64];
        var kernel = new Copy(source, loaded, splat, bits);

        LaneDispatch.Tile(ref kernel);

        for (int i = 0; i < 64; i++)
        {
            bool stored = i >= Copy.Index && i < Copy.Index + width;
            Assert.That(loaded[i], Is.EqualTo(stored ? source[i] : 0), $"Load and Store, element {i}");
            Assert.That(splat[i], Is.EqualTo(stored ? 2.5f : 0), $"Splat, element {i}");
            Assert.That(Bits.Of(bits[i]), Is.EqualTo(stored ? 0x7FA0_0001u : 0), $"SplatBits, element {i}");
        }
    }

    private static void AssertExpected(FloatOperation operation, int width, (float A, float B, float C)[] inputs)
    {
        int length = (inputs.Length + Chunk - 1) / Chunk * Chunk;
        float[] a = new float[length], b = new float[length], c = new float[length], actual = new float[length];
        for (int i = 0; i < length; i++)
            (a[i], b[i], c[i]) = inputs[i % inputs.Length];

        using (new ForcedWidth(width))
        {
            var kernel = new Apply(operation, a, b, c, actual);
            LaneDispatch.Float(ref kernel);
        }

        for (int i = 0; i < length; i++)
        {
            float expected = FloatOperations.Expected(operation, a[i], b[i], c[i]);
            if (FloatOperations.IsOnBits(operation) ? Bits.Of(actual[i]) != Bits.Of(expected) : !Bits.Same(actual[i], expected))
            {
                Assert.Fail(
                    $"{operation} of {Bits.Show(a[i])}, {Bits.Show(b[i])}, {Bits.Show(c[i])} is {Bits.Show(actual[i])}, not {Bits.Show(expected)}.");
            }
        }
    }

    private readonly struct Apply(FloatOperation operation, float[] a, float[] b, float[] c, float[] result) : IFloatKernel
    {
        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            for (int i = 0; i < result.Length; i += TFloat.Width)
            {
                TFloat value = FloatOperations.OnLanes(
                    operation, TFloat.Load(in a[0], i), TFloat.Load(in b[0], i), TFloat.Load(in c[0], i));
                value.Store(ref result[0], i);
            }
        }
    }

    private readonly struct Copy(float[] source, float[] loaded, float[] splat, float[] bits) : ITileKernel
    {
        public const int Index = 3;

        public void Run<TFloat>()
            where TFloat : struct, ITileLane<TFloat>
        {
            Assert.That(TFloat.Width, Is.EqualTo(LaneWidth.Current));
            Assert.That(TFloat.RegisterCount, Is.EqualTo(16).Or.EqualTo(32));
            TFloat.Load(in source[0], Index).Store(ref loaded[0], Index);
            TFloat.Splat(2.5f).Store(ref splat[0], Index);
            TFloat.SplatBits(0x7FA0_0001).Store(ref bits[0], Index);
        }
    }
}
