namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// How the window of a convolution or a pooling goes over one dimension, in PyTorch's terms: a padded input of
/// <c>Input + 2 Padding</c> places, a window that looks at <c>Kernel</c> of them, <c>Dilation</c> apart, and moves by <c>Stride</c>.
/// </summary>
public readonly record struct WindowAxis
{
    /// <summary>Says how a window goes over a dimension.</summary>
    /// <param name="input">The length of the input; at least 1.</param>
    /// <param name="kernel">How many places the window looks at; at least 1.</param>
    /// <param name="stride">From a place of the window to the next; at least 1.</param>
    /// <param name="padding">How many places are added on either side; at least 0.</param>
    /// <param name="dilation">From a place inside the window to the next; at least 1.</param>
    /// <param name="ceiling">
    /// Whether a last window that goes beyond the padded input counts, if it starts inside the input or before it: PyTorch's ceil_mode,
    /// for poolings alone. False by default.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    /// <exception cref="ArgumentException">The window is longer than the padded input, or that is longer than an array.</exception>
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

    /// <summary>The axis of a single place, which the other axis of a one-dimensional convolution has.</summary>
    public static WindowAxis Single => new(1, 1);

    /// <summary>The length of the input.</summary>
    public int Input { get; }

    /// <summary>How many places the window looks at.</summary>
    public int Kernel { get; }

    /// <summary>From a place of the window to the next.</summary>
    public int Stride { get; }

    /// <summary>How many places are added on either side.</summary>
    public int Padding { get; }

    /// <summary>From a place inside the window to the next.</summary>
    public int Dilation { get; }

    /// <summary>How many places the window takes: the length of the output.</summary>
    public int Output { get; }

    /// <summary>Whether the last window goes beyond the padded input.</summary>
    internal bool IsBeyond { get; }

    /// <summary>Lengths in short, as in <c>28 to 14: kernel 3, stride 2, padding 1</c>.</summary>
    public override string ToString() =>
        $"{Input} to {Output}: kernel {Kernel}, stride {Stride}, padding {Padding}{(Dilation == 1 ? "" : $", dilation {Dilation}")}";
}
