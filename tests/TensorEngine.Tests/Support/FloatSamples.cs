namespace TensorEngine.Tests.Support;

/// <summary>Floats to test with.</summary>
public static class FloatSamples
{
    /// <summary>Zeros, denormals, infinities, NaN, and the edges of what is tiny, huge and whole.</summary>
    public static readonly float[] Special =
    [
        0f, -0f, 1f, -1f, 0.5f, -3f, MathF.PI,
        float.Epsilon, -float.Epsilon, Bits.ToFloat(0x007F_FFFF), Bits.ToFloat(0x8040_0001), // denormals
        Bits.ToFloat(0x0080_0000), Bits.ToFloat(0x8080_0001), // the smallest normal floats
        1e-30f, -1e-20f, 1e-18f, 1e18f, -1e20f, 1e30f,
        16777215f, 16777216f, -16777217f, 2147483520f, -2147483648f,
        Bits.ToFloat(0x3F80_0001), Bits.ToFloat(0x3F7F_FFFF), // next to 1
        float.MaxValue, -float.MaxValue, float.PositiveInfinity, float.NegativeInfinity,
        float.NaN, Bits.ToFloat(0x7FC1_2345), Bits.ToFloat(0x7FA0_0001), // a NaN with a payload, and a signalling one
    ];

    /// <summary>A number of either sign whose magnitude is 10 to the power of something between the two.</summary>
    public static float Spread(Random random, double fromPower, double toPower)
    {
        double magnitude = Math.Pow(10, fromPower + (toPower - fromPower) * random.NextDouble());
        return (float)(random.Next(2) == 0 ? magnitude : -magnitude);
    }

    public static void FillSpread(Span<float> destination, Random random, double fromPower, double toPower)
    {
        foreach (ref float value in destination)
            value = Spread(random, fromPower, toPower);
    }

    /// <summary>Replaces about every fifth element by a special value.</summary>
    public static void SprinkleSpecial(Span<float> destination, Random random)
    {
        foreach (ref float value in destination)
        {
            if (random.Next(5) == 0)
                value = Special[random.Next(Special.Length)];
        }
    }
}
