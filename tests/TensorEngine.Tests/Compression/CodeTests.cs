using NUnit.Framework;
using TensorEngine.Compression;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Compression;

/// <summary>What becomes of floats that are encoded and decoded.</summary>
public sealed class CodeTests
{
    private const int Length = 4 * Codings.Block;

    private static readonly float[] s_special =
    [
        0, -0f, 1, -1, float.Epsilon, -float.Epsilon, 1.17549435e-38f, -1.17549435e-38f, 1e-30f, 3e38f, -3e38f, float.MaxValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, Bits.ToFloat(0x7FFF_FFFF), Bits.ToFloat(0xFFFF_FFFF),
    ];

    // The codings are internal, the arguments of tests are public.
    private static readonly int[] s_codings = [(int)Coding.BFloat16, (int)Coding.SignedBlock, (int)Coding.UnsignedBlock];

    [Test]
    public void CodesHaveTheSameBitsAtEveryWidth([ValueSource(nameof(s_codings))] int codec, [Values(0, 1, 77, 1_000_000)] int number)
    {
        var coding = (Coding)codec;
        float[] source = Mixed();
        byte[]? codes = null;
        float[]? floats = null;
        foreach (int width in ForcedWidth.All)
        {
            byte[] memory = new byte[Length * sizeof(float)];
            float[] decoded = new float[Length];
            StateCodes.Encode(coding, ref source[0], ref memory[0], Length, 0, Length, Dither.At(64, number, 1), width);
            StateCodes.Decode(coding, ref memory[0], Length, 0, ref decoded[0], Length, width);
            codes ??= memory;
            floats ??= decoded;

            Assert.That(memory, Is.EqualTo(codes), $"codes at width {width}");
            Bits.AssertSame(decoded, floats, $"width {width}");
        }
    }

    [Test]
    public void TheMeanOfWhatIsKeptIsExact([ValueSource(nameof(s_codings))] int codec)
    {
        var coding = (Coding)codec;
        // Every dither once: what is kept is a whole number of it. Below a block's zero, too.
        float[] source = new float[Codings.Block];
        Array.Fill(source, 1e-7f);
        (source[0], source[1], source[2], source[3], source[4]) = (1.8f, 0.7731f, 0.031f, 5e-5f, 1e-5f);
        double[] sums = new double[Codings.Block];
        const int Count = 1 << 16;
        byte[] memory = new byte[Codings.Block * sizeof(float)];
        float[] decoded = new float[Codings.Block];
        for (int dither = 0; dither < Count; dither++)
        {
            StateCodes.Encode(coding, ref source[0], ref memory[0], Codings.Block, 0, Codings.Block, (uint)dither, 8);
            StateCodes.Decode(coding, ref memory[0], Codings.Block, 0, ref decoded[0], Codings.Block, 8);
            for (int i = 0; i < decoded.Length; i++)
                sums[i] += decoded[i];
        }

        for (int i = 0; i < 5; i++)
            Assert.That(sums[i] / Count, Is.EqualTo(source[i]).Within(1e-4 * source[i]), $"element {i}, {source[i]:R}");
    }

    [Test]
    public void WhatIsKeptIsNear([ValueSource(nameof(s_codings))] int codec)
    {
        var coding = (Coding)codec;
        float[] source = new float[Length], decoded = new float[Length];
        FloatSamples.FillSpread(source, new Random(7), -2, 1);
        if (coding == Coding.UnsignedBlock)
            source = [.. source.Select(Math.Abs)];
        Code(coding, source, decoded, Dither.At(0, 12, 0));
        // A block's zero is at most 2^-14 of what is largest.
        double most = coding == Coding.BFloat16 ? 1 / 128.0 : 1 / 8.0, zero = coding == Coding.BFloat16 ? 0 : Math.ScaleB(10, -14);
        for (int i = 0; i < Length; i++)
            Assert.That(Math.Abs(decoded[i] - source[i]), Is.LessThanOrEqualTo(most * (Math.Abs(source[i]) + zero)), $"{source[i]:R}");
    }

    [Test]
    public void ZeroStaysZeroAndNothingElseOfWhatIsNeverNegativeBecomesIt([ValueSource(nameof(s_codings))] int codec)
    {
        var coding = (Coding)codec;
        float[] source = new float[Length], decoded = new float[Length];
        for (int i = 0; i < Length; i++)
            source[i] = i % 3 == 0 ? 0 : MathF.ScaleB(1.3f, -i);
        for (int number = 0; number < 100; number++)
        {
            Code(coding, source, decoded, Dither.At(0, number, 0));
            for (int i = 0; i < Length; i++)
            {
                if (source[i] == 0)
                    Assert.That(Bits.Of(decoded[i]), Is.Zero, $"element {i}");
                else if (coding != Coding.SignedBlock)
                    Assert.That(decoded[i], Is.Positive, $"element {i}");
            }
        }
    }

    [Test]
    public void NoNormalNumberBecomesDenormal([ValueSource(nameof(s_codings))] int codec)
    {
        var coding = (Coding)codec;
        float[] source = new float[Length], decoded = new float[Length];
        for (int i = 0; i < Length; i++)
            source[i] = MathF.ScaleB(1 + i / 200f, Math.Min(-126 + 2 * (i / Codings.Block), 127));
        for (int number = 0; number < 100; number++)
        {
            Code(coding, source, decoded, Dither.At(0, number, 0));
            foreach (float one in decoded)
                Assert.That(one == 0 || float.IsNormal(one), Is.True, $"{one:R}");
        }
    }

    [Test]
    public void HalvesKeepWhatIsNotFinite(
        [Values(float.PositiveInfinity, float.NegativeInfinity, float.NaN)] float special, [Values(0u, 0x3F_FFFFu)] uint payload)
    {
        float one = float.IsNaN(special) ? Bits.ToFloat(Bits.Of(special) | payload) : special;
        float[] source = new float[Length], decoded = new float[Length];
        source[3] = one;
        for (int number = 0; number < 100; number++)
        {
            Code(Coding.BFloat16, source, decoded, Dither.At(0, number, 0));
            Bits.AssertSame(decoded, source, $"step {number}");
        }
    }

    [Test]
    public void ABlockThatIsNotFiniteBecomesNaNButForWhatIsZero(
        [Values(float.PositiveInfinity, float.NegativeInfinity, float.NaN)] float special, [Values] bool isNonNegative)
    {
        float[] source = new float[Length], decoded = new float[Length];
        for (int i = 0; i < Length; i++)
            source[i] = i % 5 == 0 ? 0 : MathF.ScaleB(1, -i);
        source[3] = isNonNegative ? Math.Abs(special) : special;
        for (int number = 0; number < 100; number++)
        {
            Code(isNonNegative ? Coding.UnsignedBlock : Coding.SignedBlock, source, decoded, Dither.At(0, number, 0));
            for (int i = 0; i < Length; i++)
            {
                if (i % 5 == 0)
                    Assert.That(Bits.Of(decoded[i]), Is.Zero, $"element {i}");
                else
                    Assert.That(float.IsNaN(decoded[i]), Is.EqualTo(i < Codings.Block), $"element {i}");
            }
        }
    }

    private static void Code(Coding coding, float[] source, float[] decoded, uint dither)
    {
        byte[] memory = new byte[Length * sizeof(float)];
        StateCodes.Encode(coding, ref source[0], ref memory[0], Length, 0, Length, dither, 16);
        StateCodes.Decode(coding, ref memory[0], Length, 0, ref decoded[0], Length, 16);
    }

    // Ordinary blocks, one of small numbers, and one with special ones among others.
    private static float[] Mixed()
    {
        float[] source = new float[Length];
        FloatSamples.FillSpread(source, new Random(3), -8, 8);
        for (int i = Codings.Block; i < 2 * Codings.Block; i++)
            source[i] = MathF.ScaleB(source[i], -110);
        s_special.CopyTo(source, 3 * Codings.Block + 2);
        return source;
    }
}
