namespace TensorEngine.Numerics.Convolutions;

/// <summary>What of an input a window sees.</summary>
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
}
