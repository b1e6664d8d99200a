using System.Globalization;
using System.Runtime.InteropServices;

namespace TensorEngine.Checks;

/// <summary>Compares floats as the library's promises require: the same bits, or NaN on both sides.</summary>
internal static class FloatBits
{
    /// <summary>Gets the first index at which two spans of the same length differ, or -1.</summary>
    public static int FirstDifference(ReadOnlySpan<float> found, ReadOnlySpan<float> expected)
    {
        if (MemoryMarshal.Cast<float, int>(found).SequenceEqual(MemoryMarshal.Cast<float, int>(expected)))
            return -1;
        for (int i = 0; i < found.Length; i++)
        {
            if (!Same(found[i], expected[i]))
                return i;
        }

        return -1;
    }

    public static bool Same(float left, float right) =>
        BitConverter.SingleToInt32Bits(left) == BitConverter.SingleToInt32Bits(right) || (float.IsNaN(left) && float.IsNaN(right));

    /// <summary>Formats the bits and the value.</summary>
    public static string Text(float value) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{BitConverter.SingleToUInt32Bits(value):X8} ({value})");

    /// <summary>Formats the bits and the value.</summary>
    public static string Text(double value) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{BitConverter.DoubleToUInt64Bits(value):X16} ({value})");

    /// <summary>Formats the value alone.</summary>
    public static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
