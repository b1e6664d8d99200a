using NUnit.Framework;
using TensorEngine.Lanes;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Lanes;

/// <summary>Every member of the counter lanes at every width against single integers.</summary>
public sealed class CounterLaneTests
{
    private static readonly ulong[] s_words =
    [
        0, 1, 2, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0xFFFF_FFF9, 0xD256_D193_0000_0005,
        0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFF8,
    ];

    private static readonly uint[] s_multipliers = [0, 1, 0xD251_1F53, 0xCD9E_8D57, 0x8000_0000, 0xFFFF_FFFF];

    [Test]
    public void EveryOperationHasTheExpectedBits([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var _ = new ForcedWidth(width);
        foreach (ulong first in s_words)
        {
            foreach (ulong other in s_words)
            {
                foreach (uint multiplier in s_multipliers)
                    AssertExpected(width, first, other, multiplier);
            }
        }
    }

    private static void AssertExpected(int width, ulong first, ulong other, uint multiplier)
    {
        float[][] actual = [.. Enumerable.Range(0, 4).Select(_ => new float[width])];
        var kernel = new Apply(first, other, multiplier, actual);
        LaneDispatch.Counter(ref kernel);
        for (int lane = 0; lane < width; lane++)
        {
            ulong counter = first + (ulong)lane;
            ulong product = (counter & 0xFFFF_FFFF) * multiplier;
            uint[] expected = [(uint)counter, (uint)(counter ^ other ^ multiplier), (uint)product, (uint)(product >> 32)];
            for (int i = 0; i < expected.Length; i++)
            {
                if (Bits.Of(actual[i][lane]) != expected[i])
                {
                    Assert.Fail(
                        $"{Apply.Names[i]} of {first:X} + {lane}, {other:X} and {multiplier:X} is {Bits.Of(actual[i][lane]):X}, not {expected[i]:X}.");
                }
            }
        }
    }

    private readonly struct Apply(ulong first, ulong other, uint multiplier, float[][] result) : ICounterKernel
    {
        public static readonly string[] Names = ["Sequence", "Xor", "MultiplyLow", "High of MultiplyLow"];

        public void Run<TCounter, TFloat>()
            where TCounter : struct, ICounterLane<TCounter, TFloat>
            where TFloat : struct, IFloatLane<TFloat>
        {
            TCounter counters = TCounter.Sequence(first);
            TCounter products = TCounter.MultiplyLow(counters, multiplier);
            TCounter.ToBits(counters).Store(ref result[0][0], 0);
            TCounter.ToBits(TCounter.Xor(counters, TCounter.Splat(other), TCounter.Splat(multiplier))).Store(ref result[1][0], 0);
            TCounter.ToBits(products).Store(ref result[2][0], 0);
            TCounter.ToBits(TCounter.High(products)).Store(ref result[3][0], 0);
        }
    }
}
