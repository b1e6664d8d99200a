using System.Runtime.Intrinsics;
using NUnit.Framework;
using TensorEngine.Lanes;

namespace TensorEngine.Tests.Lanes;

/// <summary>The software fused multiply-add against the processor's, or against the C library's where the processor has none.</summary>
public sealed class SoftwareFmaTests
{
    private static readonly float[] s_special =
    [
        0, -0f, 1, -1, float.Epsilon, -float.Epsilon, 3 * float.Epsilon, 1.17549435e-38f, 1.17549421e-38f, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1.0000001f, 0.99999994f, 16777216, 16777217, -16777218, 5.9604645e-8f,
        1.8446744e19f, 2.1684043e-19f, 1e-30f, 1e30f,
    ];

    [Test]
    public void SpecialNumbers()
    {
        foreach (float left in s_special)
        {
            foreach (float right in s_special)
            {
                foreach (float addend in s_special)
                    Compare(left, right, addend);
            }
        }
    }

    [Test]
    public void AnyBits()
    {
        var random = new Random(1);
        for (int i = 0; i < 200_000; i++)
            Compare(AnyFloat(random), AnyFloat(random), AnyFloat(random));
    }

    /// <summary>The addend takes most of the product away.</summary>
    [Test]
    public void Cancellation()
    {
        var random = new Random(2);
        for (int i = 0; i < 200_000; i++)
        {
            float left = Mantissa(random), right = Mantissa(random);
            Compare(left, right, MathF.ScaleB(-(left * right), random.Next(3) - 1));
        }
    }

    /// <summary>Products of 25 bits, half of which are ties, with addends too small for a double to hold the sum.</summary>
    [Test]
    public void Ties()
    {
        var random = new Random(4);
        for (int i = 0; i < 200_000; i++)
        {
            float left = random.Next(1 << 11, 1 << 12) | 1, right = random.Next(1 << 12, 1 << 13) | 1;
            Compare(left, right, MathF.ScaleB(Mantissa(random), -random.Next(30, 100)));
            Compare(-left, right, MathF.ScaleB(Mantissa(random), -random.Next(30, 100)));
        }
    }

    /// <summary>Results around the smallest normal float, where fewer bits are left to round to.</summary>
    [Test]
    public void DenormalResults()
    {
        var random = new Random(3);
        for (int i = 0; i < 200_000; i++)
        {
            float left = MathF.ScaleB(Mantissa(random), -70), right = MathF.ScaleB(Mantissa(random), -60);
            float addend = MathF.ScaleB(Mantissa(random), -110 - random.Next(45));
            Compare(left, right, addend);
            Compare(left, right, -addend);
        }
    }

    /// <summary>4097^2 2^-24 is half way between two floats, and 2^-80, which no double can add to it, decides.</summary>
    [Test]
    public void ATieIsDecidedByWhatADoubleCannotHold()
    {
        float half = MathF.ScaleB(4097, -24), little = MathF.ScaleB(1, -80), below = 1 + MathF.ScaleB(1, -11);
        Assert.Multiple(() =>
        {
            Assert.That(SoftwareFma.MultiplyAdd(4097, half, little), Is.EqualTo(MathF.BitIncrement(below)));
            Assert.That(SoftwareFma.MultiplyAdd(4097, half, -little), Is.EqualTo(below));
            Assert.That(SoftwareFma.MultiplyAdd(-4097, half, little), Is.EqualTo(-below));
            Assert.That(SoftwareFma.MultiplyAdd(-4097, half, -little), Is.EqualTo(-MathF.BitIncrement(below)));
        });
    }

    private static float AnyFloat(Random random) => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));

    private static float Mantissa(Random random) =>
        BitConverter.UInt32BitsToSingle(0x3F80_0000 | ((uint)random.NextInt64(1L << 32) & 0x807F_FFFF));

    private static void Compare(float left, float right, float addend)
    {
        float expected = MathF.FusedMultiplyAdd(left, right, addend);
        float scalar = SoftwareFma.MultiplyAdd(left, right, addend);
        Vector128<float> lanes = SoftwareFma.MultiplyAdd(
            Vector128.Create(left, right, left, left), Vector128.Create(right, left, right, 1), Vector128.Create(addend, addend, addend, right));
        if (Same(scalar, expected) && Same(lanes[0], expected) && Same(lanes[1], expected) && Same(lanes[2], expected)
            && Same(lanes[3], left + right))
        {
            return;
        }

        Assert.Fail($"{left:R} * {right:R} + {addend:R} is {expected:R}; one lane gave {scalar:R}, four {lanes}.");
    }

    private static bool Same(float actual, float expected) =>
        float.IsNaN(expected)
            ? float.IsNaN(actual)
            : BitConverter.SingleToInt32Bits(actual) == BitConverter.SingleToInt32Bits(expected);
}
