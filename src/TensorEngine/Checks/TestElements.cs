namespace TensorEngine.Checks;

/// <summary>
/// Elements to step, each with a value and a gradient for every step: most of ordinary size, some of them zeros of either sign, tiny,
/// denormal, huge, infinite or NaN. They are the same in every check.
/// </summary>
internal sealed class TestElements
{
    private readonly float[] _values;
    private readonly float[][] _gradients;

    /// <summary>Draws the elements.</summary>
    /// <param name="count">The number of elements.</param>
    /// <param name="steps">The number of steps that have gradients.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="allFinite">Whether to leave out infinity, NaN and values whose square is infinite.</param>
    public TestElements(int count, int steps, uint seed, bool allFinite = false)
    {
        Count = count;
        _values = Draw(seed, 0, count, allFinite);
        _gradients = [.. Enumerable.Range(1, steps).Select(step => Draw(seed, (uint)step, count, allFinite))];
    }

    public int Count { get; }

    public int Steps => _gradients.Length;

    /// <summary>Gets the values of adjacent elements; the first follows the last.</summary>
    public ReadOnlySpan<float> Values(int first, int length) => _values.AsSpan(first, length);

    /// <summary>Gets their gradients in a step; step numbers start at 1.</summary>
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

    /// <summary>Creates a float from 2^-11 to 2^5, of either sign.</summary>
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
