namespace TensorEngine.Numerics.Convolutions;

/// <summary>The part of an input that a window covers.</summary>
internal static class WindowReach
{
    /// <summary>The first place inside the input that the window sees at an output, and the end of those it sees.</summary>
    public static (int First, int End) Of(WindowAxis axis, int output)
    {
        int first = output * axis.Stride - axis.Padding;
        int end = Math.Min(axis.Input, first + (axis.Kernel - 1) * axis.Dilation + 1);
        if (first < 0)
            first += (axis.Dilation - 1 - first) / axis.Dilation * axis.Dilation;
        return (first, end);
    }

    /// <summary>The outputs whose windows, without dilation, see no padding: the first one and the end, which may be before it.</summary>
    public static (int First, int End) Inside(WindowAxis axis)
    {
        int first = Math.Min(axis.Output, (axis.Padding + axis.Stride - 1) / axis.Stride);
        int room = axis.Input + axis.Padding - axis.Kernel;
        return (first, room < 0 ? first : Math.Max(first, Math.Min(axis.Output, room / axis.Stride + 1)));
    }

    /// <summary>
    /// By how many elements along an axis, without dilation, a mean divides: those the window sees, or all up to the end of the padded
    /// input, as PyTorch.
    /// </summary>
    public static int Count(WindowAxis axis, int output, bool countPadding)
    {
        (int first, int end) = Of(axis, output);
        int start = output * axis.Stride - axis.Padding;
        return countPadding ? Math.Min(start + axis.Kernel, axis.Input + axis.Padding) - start : end - first;
    }
}
