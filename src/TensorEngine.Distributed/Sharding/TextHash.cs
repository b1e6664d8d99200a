using System.Globalization;
using System.Runtime.InteropServices;

namespace TensorEngine.Distributed.Sharding;

/// <summary>
/// A hash of numbers and texts that is the same in every process: FNV-1a over 64 bits at a time, with the bits mixed in between.
/// </summary>
internal readonly record struct TextHash(long Value)
{
    public static TextHash Start => new(unchecked((long)0xcbf29ce484222325));

    public TextHash With(long value)
    {
        ulong mixed = ((ulong)Value ^ (ulong)value) * 0x100000001b3;
        return new((long)(mixed ^ (mixed >> 29)));
    }

    public TextHash With(double value) => With(BitConverter.DoubleToInt64Bits(value));

    public TextHash With(ReadOnlySpan<float> values)
    {
        TextHash hash = this;
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(values))
            hash = hash.With(bits);
        return hash;
    }

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    public TextHash With(string text)
    {
        TextHash hash = With(text.Length);
        foreach (char character in text)
            hash = hash.With(character);
        return hash;
    }
}
