using NUnit.Framework;

namespace TensorEngine.Tests.Support;

/// <summary>Comparison of floats by their bits: -0 is not +0. Any NaN equals any other, as payloads are not promised.</summary>
public static class Bits
{
    public static uint Of(float value) => BitConverter.SingleToUInt32Bits(value);

    public static float ToFloat(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    public static bool Same(float left, float right) => Of(left) == Of(right) || (float.IsNaN(left) && float.IsNaN(right));

    public static bool Same(double left, double right) =>
        BitConverter.DoubleToUInt64Bits(left) == BitConverter.DoubleToUInt64Bits(right) || (double.IsNaN(left) && double.IsNaN(right));

    /// <summary>Fails with the first element that differs. <paramref name="context"/> is only formatted then.</summary>
    public static void AssertSame(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, FormattableString context)
    {
        Assert.That(actual.Length, Is.EqualTo(expected.Length), "lengths");
        for (int i = 0; i < actual.Length; i++)
        {
            if (!Same(actual[i], expected[i]))
                Assert.Fail($"{context}: element {i} of {actual.Length} is {Show(actual[i])}, not {Show(expected[i])}.");
        }
    }

    public static string Show(float value) => $"{value:G9} (0x{Of(value):X8})";
}
