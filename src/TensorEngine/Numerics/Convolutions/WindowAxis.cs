namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// How the window of a convolution or a pooling moves over one dimension, in PyTorch's terms: a padded input of <c>Input + 2 Padding</c>
/// positions and a window over <c>Kernel</c> of them, <c>Dilation</c> apart, which moves by <c>Stride</c>.
/// </summary>
public readonly record struct WindowAxis
{
    /// <summary>Creates the description of a window over one dimension.</summary>
    /// <param name="input">The length of the input; at least 1.</param>
    /// <param name="kernel">The number of positions in the window; at least 1.</param>
    /// <param name="stride">The distance from one window to the next; at least 1.</param>
    /// <param name="padding">The number of positions added on either side; at least 0.</param>
    /// <param name="dilation">The distance between adjacent positions in the window; at least 1.</param>
    /// <param name="ceiling">
    /// Whether to include a last window that extends beyond the padded input, if it starts inside the input or before it: PyTorch's
    /// ceil_mode, for poolings only. False by default.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// The window is longer than the padded input, or the padded input is too long for an array.
    /// </exception>
    public WindowAxis(int input, int kernel, int stride = 1, int padding = 0, int dilation = 1, bool ceiling = false)
    {
        Input = Require.AtLeast(1, input, nameof(input));
        Kernel = Require.AtLeast(1, kernel, nameof(kernel));
        Stride = Require.AtLeast(1, stride, nameof(stride));
        Padding = Require.AtLeast(0, padding, nameof(padding));
        Dilation = Require.AtLeast(1, dilation, nameof(dilation));
        long padded = input + 2L * padding, window = (kernel - 1L) * dilation + 1;
        if (padded > Array.MaxLength)
        {
            throw new ArgumentException(
                $"padding is {padding}; an input of {input} with it must have at most {Array.MaxLength} places.", nameof(padding));
        }

        if (window > padded)
        {
            throw new ArgumentException(
                $"kernel is {kernel}, {window} places long with dilation {dilation}; it must be at most the {padded} places of the input "
                + $"({input}) with its padding ({padding} on either side).",
                nameof(kernel));
        }

        Output = (int)((padded - window) / stride) + 1;
        IsBeyond = ceiling && (padded - window) % stride != 0 && (long)Output * stride < input + (long)padding;
        if (IsBeyond)
            Output++;
    }

    /// <summary>The axis with a single position, which is the other axis of a one-dimensional convolution.</summary>
    public static WindowAxis Single => new(1, 1);

    /// <summary>The length of the input.</summary>
    public int Input { get; }

    /// <summary>The number of positions in the window.</summary>
    public int Kernel { get; }

    /// <summary>The distance from one window to the next.</summary>
    public int Stride { get; }

    /// <summary>The number of positions added on either side.</summary>
    public int Padding { get; }

    /// <summary>The distance between adjacent positions in the window.</summary>
    public int Dilation { get; }

    /// <summary>The number of windows: the length of the output.</summary>
    public int Output { get; }

    /// <summary>Whether the last window extends beyond the padded input.</summary>
    internal bool IsBeyond { get; }

    /// <summary>Returns a summary such as <c>28 to 14: kernel 3, stride 2, padding 1</c>.</summary>
    public override string ToString() =>
        $"{Input} to {Output}: kernel {Kernel}, stride {Stride}, padding {Padding}{(Dilation == 1 ? "" : $", dilation {Dilation}")}";
}
