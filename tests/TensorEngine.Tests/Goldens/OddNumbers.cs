using System.Text.Json;

namespace TensorEngine.Tests.Goldens;

/// <summary>
/// The values and gradients of odd_settings.json, made from a seed as odd_numbers.py makes them: every number is put together from the
/// bits of a hash, and nothing is computed in floating point.
/// </summary>
public sealed class OddNumbers(ulong seed, JsonElement gradients)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const ulong ValueStream = 0, ElementStream = 1, GradientStream = 2, RowStream = 1000; // those of a step are the last two + step
    private const int Lowest = -100, Highest = 99; // exponents of gradients

    private readonly int _lowest = gradients.GetProperty("lowest").GetInt32();
    private readonly int _highest = gradients.GetProperty("highest").GetInt32();
    private readonly int _spread = gradients.GetProperty("spread").GetInt32();
    private readonly int _zeros = gradients.GetProperty("zeros").GetInt32();
    private readonly int _bursts = gradients.GetProperty("bursts").GetInt32();
    private readonly int _burst = gradients.GetProperty("burst").GetInt32();
    private readonly int _quiet = gradients.GetProperty("quiet").GetInt32();
    private readonly int _quietFrom = gradients.GetProperty("quietFrom").GetInt32();

    /// <summary>An element's first value.</summary>
    public float Value(int element, int lowestExponent, int highestExponent)
    {
        ulong word = Word(ValueStream, element);
        int exponent = lowestExponent + Bits8(word, 40) % (highestExponent - lowestExponent + 1);
        return Bits8(word, 31) < 4 ? 0 : Float(word, exponent, Bits8(word, 23) < 128);
    }

    /// <summary>The gradient of an element in a step, counted from 1.</summary>
    /// <param name="step">The step.</param>
    /// <param name="place">Which of the step's gradients this is.</param>
    /// <param name="element">The element, which has a scale and habits of its own.</param>
    public float Gradient(int step, int place, int element)
    {
        ulong word = Word(GradientStream + (ulong)step, place), own = Word(ElementStream, element);
        if (Bits8(word, 39) < _zeros || (Bits8(own, 8) < _quiet && step >= _quietFrom))
            return 0;
        int exponent = _lowest + Bits8(own, 32) % (_highest - _lowest + 1);
        exponent += Bits8(word, 23) % (2 * _spread + 1) - _spread;
        if (Bits8(word, 47) < _bursts)
            exponent += _burst;
        return Float(word, Math.Clamp(exponent, Lowest, Highest), Bits8(word, 31) >= 26 + Bits8(own, 0) % 205);
    }

    /// <summary>The rows of a table that a step has gradients for.</summary>
    public int[] Rows(int step, int rowCount)
    {
        ulong stream = RowStream + (ulong)step;
        int count = 1 + (int)(Word(stream, 0) % (ulong)rowCount);
        return [.. Enumerable.Range(1, count).Select(i => (int)(Word(stream, i) % (ulong)Math.Max(1, rowCount - 1)))];
    }

    private static int Bits8(ulong word, int at) => (int)(word >> at) & 0xFF;

    private static float Float(ulong mantissa, int exponent, bool negative) =>
        BitConverter.Int32BitsToSingle((int)(mantissa & 0x7FFFFF) | ((exponent + 127) << 23) | (negative ? int.MinValue : 0));

    private ulong Word(ulong stream, int index) => Mix(Mix(seed * Golden + stream) + Golden * ((ulong)index + 1));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
