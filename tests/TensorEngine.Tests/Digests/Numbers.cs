namespace TensorEngine.Tests.Digests;

/// <summary>
/// Numbers that depend on a seed alone and not on the library, the runtime or the machine: SplitMix64, by Steele, Lea and Flood.
/// </summary>
public sealed class Numbers(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E37_79B9_7F4A_7C15;
        ulong word = (_state ^ (_state >> 30)) * 0xBF58_476D_1CE4_E5B9;
        word = (word ^ (word >> 27)) * 0x94D0_49BB_1331_11EB;
        return word ^ (word >> 31);
    }

    public int Below(int exclusiveMaximum) => (int)(Next() % (ulong)exclusiveMaximum);

    /// <summary>A number of either sign whose magnitude is at least 2^fromPower and below 2^toPower.</summary>
    public float Spread(int fromPower, int toPower)
    {
        ulong word = Next();
        uint exponent = (uint)(127 + fromPower) + (uint)(word >> 32) % (uint)(toPower - fromPower);
        return BitConverter.UInt32BitsToSingle((uint)word & 0x807F_FFFF | exponent << 23);
    }

    public void Fill(Span<float> destination, int fromPower = -10, int toPower = 1)
    {
        foreach (ref float value in destination)
            value = Spread(fromPower, toPower);
    }

    /// <param name="destination">Any length.</param>
    /// <param name="vanish">
    /// Whether every fourth is tiny, every fourth next to nothing or denormal, and one in ten is 0, so that moments vanish here and there.
    /// </param>
    public void FillGradients(Span<float> destination, bool vanish = true)
    {
        if (!vanish)
        {
            Fill(destination, -12, 2);
            return;
        }

        for (int i = 0; i < destination.Length; i++)
        {
            (int from, int to) = (i % 4) switch { 0 => (-3, 2), 1 => (-12, 2), 2 => (-70, -40), _ => (-127, -110) };
            float gradient = Spread(from, to);
            destination[i] = Below(10) == 0 ? 0 : gradient;
        }
    }

    public float[] Floats(int length, int fromPower = -10, int toPower = 1)
    {
        float[] values = new float[length];
        Fill(values, fromPower, toPower);
        return values;
    }

    public int[] Indices(int length, int exclusiveMaximum)
    {
        int[] values = new int[length];
        foreach (ref int value in values.AsSpan())
            value = Below(exclusiveMaximum);
        return values;
    }
}
