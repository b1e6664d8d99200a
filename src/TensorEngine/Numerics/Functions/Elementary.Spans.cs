using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Functions;

/// <content>The functions over spans.</content>
public static partial class Elementary
{
    /// <summary>
    /// output = e^input for every float: 0 below -104, infinity above 88.73, denormal results rounded, NaN for NaN.
    /// Error at most 1.02 ULP.
    /// </summary>
    /// <param name="input">Any length.</param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but not overlap it otherwise.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Exp(ReadOnlySpan<float> input, Span<float> output)
    {
        Check(input, output);
        ElementLoop.Run<ExpFunction>(input, output);
    }

    /// <summary>
    /// output = the natural logarithm of input, for every float: NaN below 0, -infinity at 0, denormals included, NaN for NaN.
    /// Error at most 0.81 ULP.
    /// </summary>
    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float})"/>
    public static void Log(ReadOnlySpan<float> input, Span<float> output)
    {
        Check(input, output);
        ElementLoop.Run<LogFunction>(input, output);
    }

    /// <summary>
    /// output = the sine of input radians, for every float: NaN for infinities and NaN. Error at most 1.5 ULP.
    /// Beyond 131072, where an element takes about a hundred times as long, the nearest float or its neighbour.
    /// </summary>
    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float})"/>
    public static void Sin(ReadOnlySpan<float> input, Span<float> output)
    {
        Check(input, output);
        Circular<SinFunction>(input, output, Scalar.Sin);
    }

    /// <summary>
    /// output = the cosine of input radians, for every float: NaN for infinities and NaN. Error at most 1.5 ULP.
    /// Beyond 131072, where an element takes about a hundred times as long, the nearest float or its neighbour.
    /// </summary>
    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float})"/>
    public static void Cos(ReadOnlySpan<float> input, Span<float> output)
    {
        Check(input, output);
        Circular<CosFunction>(input, output, Scalar.Cos);
    }

    /// <summary>output = the hyperbolic tangent of input, for every float; NaN for NaN. Error at most 1.34 ULP.</summary>
    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float})"/>
    public static void Tanh(ReadOnlySpan<float> input, Span<float> output)
    {
        Check(input, output);
        ElementLoop.Run<TanhFunction>(input, output);
    }

    // Blocks with angles that are too large for the lanes are done again, those angles in double.
    private static void Circular<TFunction>(ReadOnlySpan<float> input, Span<float> output, Func<double, double> function)
        where TFunction : struct, IUnaryFunction
    {
        const int Block = 256;
        Span<float> angles = stackalloc float[Block];
        for (int start = 0; start < input.Length; start += Block)
        {
            int length = Math.Min(Block, input.Length - start);
            input.Slice(start, length).CopyTo(angles);
            Span<float> results = output.Slice(start, length);
            ElementLoop.Run<TFunction>(angles[..length], results);
            for (int i = 0; i < length; i++)
            {
                if (Math.Abs(angles[i]) > LargestAngle)
                    results[i] = (float)function(angles[i]);
            }
        }
    }

    private static void Check(ReadOnlySpan<float> input, ReadOnlySpan<float> output)
    {
        Require.SameLength(output, input);
        Require.SameOrApart(output, input);
    }
}
