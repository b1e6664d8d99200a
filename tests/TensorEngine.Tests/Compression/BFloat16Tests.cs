using NUnit.Framework;
using TensorEngine.Compression;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Compression;

/// <summary>Floats and numbers of 16 bits: every number, every width, and the nearest one by a definition of its own.</summary>
public sealed class BFloat16Tests
{
    [Test]
    public void EveryNumberIsWidenedExactlyAndRoundsToItself()
    {
        ushort[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)], back = new ushort[all.Length];
        float[] floats = new float[all.Length];
        foreach (int width in ForcedWidth.All)
        {
            using var _ = new ForcedWidth(width);
            BFloat16.Widen(all, floats);
            BFloat16.Round(floats, back);
            for (int i = 0; i < all.Length; i++)
            {
                Assert.That(Bits.Of(floats[i]), Is.EqualTo((uint)i << 16), $"{i:X4}");

                // A NaN becomes a quiet one.
                Assert.That(back[i], Is.EqualTo(float.IsNaN(floats[i]) ? i | 0x40 : i), $"{i:X4} at width {width}");
                Assert.That(Bits.Of(BFloat16.ToSingle(all[i])), Is.EqualTo((uint)i << 16));
            }
        }
    }

    [Test]
    public void RoundingIsToTheNearestAndOfTwoToTheEven()
    {
        var random = new Random(5);
        float[] source = [.. Enumerable.Range(0, 20_000).Select(_ => Bits.ToFloat((uint)random.NextInt64(1L << 32)))];
        for (int i = 0; i < 2000; i++)
            source[i] = Bits.ToFloat((Bits.Of(source[i]) & 0xFFFF_0000) | 0x8000);
        (source[2000], source[2001], source[2002]) = (Bits.ToFloat(0x7F80_0001), float.MaxValue, float.NegativeInfinity);
        ushort[] expected = [.. source.Select(Nearest)], actual = new ushort[source.Length];
        foreach (int width in ForcedWidth.All)
        {
            using var _ = new ForcedWidth(width);
            using var workers = new Workers(3) { ShareAll = true };
            BFloat16.Round(source, actual, workers);
            Assert.That(actual, Is.EqualTo(expected), $"width {width}");
        }

        Assert.That(source.Select(BFloat16.FromSingle), Is.EqualTo(expected));
    }

    [Test]
    public void AddingRoundsTheSumOfFloats()
    {
        var random = new Random(6);
        for (int length = 0; length < 70; length++)
        {
            float[] addend = new float[length];
            FloatSamples.FillSpread(addend, random, -3, 3);
            ushort[] before = [.. addend.Select((_, i) => BFloat16.FromSingle(MathF.Sin(i)))];
            ushort[] expected = [.. before.Select((one, i) => Nearest(BFloat16.ToSingle(one) + addend[i]))];
            foreach (int width in ForcedWidth.All)
            {
                using var _ = new ForcedWidth(width);
                ushort[] sum = [.. before];
                BFloat16.Add(sum, addend);
                Assert.That(sum, Is.EqualTo(expected), $"width {width}, length {length}");
            }
        }
    }

    [Test]
    public void WhatDoesNotFitIsRefused()
    {
        Refusal.OfArgument<ArgumentException>("destination", () => BFloat16.Widen(new ushort[3], new float[4]), "destination has 4");
        Refusal.OfArgument<ArgumentException>("destination", () => BFloat16.Round(new float[3], new ushort[4]), "destination has 4");
        Refusal.OfArgument<ArgumentException>("destination", () => BFloat16.Add(new ushort[4], new float[3]), "addend has 3");
    }

    // By distance in double; ties to the even one of the two neighbours.
    private static ushort Nearest(float value)
    {
        uint bits = Bits.Of(value);
        if (float.IsNaN(value))
            return (ushort)(bits >> 16 | 0x40);
        if (float.IsInfinity(value))
            return (ushort)(bits >> 16);
        uint below = bits & 0xFFFF_0000, above = below + 0x1_0000;
        double toBelow = Math.Abs((double)value - Bits.ToFloat(below));
        double toAbove = Math.Abs(Above(above) - value);
        bool takesAbove = toAbove < toBelow || (toAbove == toBelow && (above >> 16 & 1) == 0);
        return (ushort)((takesAbove ? above : below) >> 16);
    }

    // 2^128 in the place of infinity.
    private static double Above(uint bits) =>
        float.IsInfinity(Bits.ToFloat(bits)) ? Math.CopySign(Math.ScaleB(1, 128), Bits.ToFloat(bits)) : Bits.ToFloat(bits);
}
