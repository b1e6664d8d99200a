using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

public sealed class CombineTests
{
    [Test]
    public void CombinationsAreRoundedOnceAtEveryWidthAndOnThreads([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        using var workers = new Workers(3) { ShareAll = true };
        float[] values = Samples(1), direction = Samples(2), output = new float[values.Length];
        float[] sums = [.. values.Zip(direction, (v, d) => MathF.FusedMultiplyAdd(0.1f, d, v))];
        float[] between = [.. values.Zip(direction, Between)];

        foreach (Workers? sharing in (Workers?[])[null, workers])
        {
            values.CopyTo(output, 0);
            Combine.AddScaled(output, 0.1, direction, sharing);
            Bits.AssertSame(output, sums, $"sum");
            Combine.Interpolate(values, direction, 0.1, output, sharing);
            Bits.AssertSame(output, between, $"interpolation");
        }

        Combine.Interpolate(values, direction, 0.1, values);
        Bits.AssertSame(values, between, $"interpolation in place");
        Combine.AddScaled(direction, -1, direction);
        Assert.That(direction.Where(float.IsFinite), Is.All.Zero);

        static float Between(float from, float to) => MathF.Abs(to - from) > float.MaxValue
            ? MathF.FusedMultiplyAdd(0.1f, to, MathF.FusedMultiplyAdd(-0.1f, from, from))
            : MathF.FusedMultiplyAdd(0.1f, to - from, from);
    }

    [Test]
    public void WrongSpansAreNamedAndNothingIsWritten()
    {
        float[] memory = [7, 7, 7, 7, 7];
        Refusal.OfArgument<ArgumentException>("direction", () => Combine.AddScaled(memory, 2, new float[4]), "direction has 4 elements, values has 5");
        Refusal.OfArgument<ArgumentException>("direction", () => Combine.AddScaled(memory.AsSpan(1), 2, memory.AsSpan(0, 4)), "overlaps values");
        Refusal.OfArgument<ArgumentException>("to", () => Combine.Interpolate(memory, new float[4], 2, memory), "to has 4");
        Refusal.OfArgument<ArgumentException>("output", () => Combine.Interpolate(new float[4], new float[4], 2, memory), "output has 5");
        Refusal.OfArgument<ArgumentException>(
            "output", () => Combine.Interpolate(memory.AsSpan(1), new float[4], 2, memory.AsSpan(0, 4)), "output overlaps from");
        Refusal.OfArgument<ArgumentException>(
            "output", () => Combine.Interpolate(new float[4], memory.AsSpan(1), 2, memory.AsSpan(0, 4)), "output overlaps to");
        Assert.That(memory, Is.All.EqualTo(7f));
        Combine.AddScaled([], 2, []);
    }

    private static float[] Samples(int seed)
    {
        var random = new Random(seed);
        float[] samples = new float[5003];
        FloatSamples.FillSpread(samples, random, -3, 3);
        FloatSamples.SprinkleSpecial(samples, random);
        return samples;
    }
}
