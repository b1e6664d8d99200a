using System.Runtime.CompilerServices;

namespace TensorEngine.Numerics.Convolutions;

/// <summary>The checks that convolutions and poolings share.</summary>
internal static class RequireWindow
{
    public static WindowAxis Made(WindowAxis axis, string name) =>
        axis.Input > 0 ? axis : throw new ArgumentException($"{name} is the default value; it must be made by its constructor.", name);

    /// <summary>An axis whose windows all lie within the padded input.</summary>
    public static WindowAxis Within(WindowAxis axis, string name) =>
        !axis.IsBeyond
            ? axis
            : throw new ArgumentException(
                $"{name} is {axis}, with a last window beyond the padded input; a convolution has none. Make it without ceiling.", name);

    /// <summary>The product of sides, which must be an array's length.</summary>
    public static int Length(string what, int first, int second, int third, int fourth, string name)
    {
        // Of four ints, the first two products are below 2^62; the next may be beyond.
        Int128 length = (Int128)((long)first * second) * ((long)third * fourth);
        return length <= Array.MaxLength
            ? (int)length
            : throw new ArgumentException(
                $"[{first}, {second}, {third}, {fourth}] of {what} has {length} elements; there must be at most {Array.MaxLength}.", name);
    }

    /// <summary>Requires a buffer with the number of elements of the geometry.</summary>
    public static void Count(int expected, int length, string name)
    {
        if (length != expected)
            throw new ArgumentException($"{name} has {length} elements; the geometry makes them {expected}.", name);
    }

    public static void Count(int expected, ReadOnlySpan<float> buffer, [CallerArgumentExpression(nameof(buffer))] string name = "") =>
        Count(expected, buffer.Length, name);
}
