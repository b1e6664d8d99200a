namespace TensorEngine.Checks;

/// <summary>
/// Elements to step, each with a value and a gradient for every step: mostly of ordinary size, some of them zeros of either sign, tiny,
/// denormal, huge, infinite or NaN. They are always the same ones.
/// </summary>
internal sealed class TestElements
{
    private readonly float[] _values;
    private readonly float[][] _gradients;

    /// <summary>Draws the elements.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="steps">How many steps they have gradients for.</param>
    /// <param name="seed">What they are drawn by.</param>
    /// <param name="allFinite">Whether to leave infinity, NaN and what squares to infinity out.</param>
    public TestElements(int count, int steps, uint seed, bool allFinite = false)
    {
        Count = count;
        _values = Draw(seed, 0, count, allFinite);
        _gradients = [.. Enumerable.Range(1, steps).Select(step => Draw(seed, (uint)step, count, allFinite))];
    }

    public int Count { get; }

    public int Steps => _gradients.Length;

    /// <summary>Values of neighbouring elements; the first follows on the last.</summary>
    public ReadOnlySpan<float> Values(int first, int length) => _values.AsSpan(first, length);

    /// <summary>Their gradients in a step, which is counted from 1.</summary>
    public ReadOnlySpan<float> Gradients(long step, int first, int length) => _gradients[step - 1].AsSpan(first, length);

    // Twice, so that any stretch is in one piece.
    private static float[] Draw(uint seed, uint stream, int count, bool allFinite)
    {
        float[] drawn = new float[2 * count];
        for (int i = 0; i < count; i++)
            drawn[i] = drawn[count + i] = One(Mix(Mix(Mix(seed) + stream) + (uint)i), i, allFinite);
        return drawn;
    }

    // An element is of one kind in all steps, so that what is NaN once does not drown the others.
    private static float One(uint random, int index, bool allFinite) => (index % 32) switch
    {
        3 => 0f,
        5 => -0f,
        7 => (random & 1) == 0 ? 0f : Ordinary(random),
        11 => WithExponent(random, 1 + (int)(random >> 28)),
        13 => BitConverter.UInt32BitsToSingle(random & 0x807FFFFFu),
        17 when !allFinite => WithExponent(random, 239 + (int)(random >> 28)),
        19 when !allFinite => (random & 7) == 0 ? float.NaN : Ordinary(random),
        23 when !allFinite => (random & 7) == 0 ? float.PositiveInfinity : (random & 7) == 1 ? float.NegativeInfinity : Ordinary(random),
        29 => WithExponent(random, 96 + (int)(random >> 26)),
        _ => Ordinary(random),
    };

    /// <summary>From 2^-11 to 2^5, of either sign.</summary>
    private static float Ordinary(uint random) => WithExponent(random, 116 + (int)(random >> 28));

    private static float WithExponent(uint random, int exponent) =>
        BitConverter.UInt32BitsToSingle((random << 31) | ((uint)exponent << 23) | ((random >> 5) & 0x7FFFFF));

    private static uint Mix(uint value)
    {
        value += 0x9E3779B9;
        value = (value ^ (value >> 16)) * 0x21F0AAAD;
        value = (value ^ (value >> 15)) * 0x735A2D97;
        return value ^ (value >> 15);
    }
}
