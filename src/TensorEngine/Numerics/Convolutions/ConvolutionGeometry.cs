namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// The sizes of a convolution, as in torch.nn.functional.conv2d: an input of [batch, input channels, height, width], weights of
/// [output channels, input channels / groups, kernel height, kernel width] and an output of [batch, output channels, height, width].
/// </summary>
public readonly record struct ConvolutionGeometry
{
    /// <summary>Creates the sizes of a convolution over two dimensions.</summary>
    /// <param name="batch">The number of images; at least 1.</param>
    /// <param name="inputChannels">The number of channels; at least 1 and a multiple of <paramref name="groups"/>.</param>
    /// <param name="outputChannels">The number of channels; at least 1 and a multiple of <paramref name="groups"/>.</param>
    /// <param name="vertical">How the window moves over the height.</param>
    /// <param name="horizontal">How the window moves over the width.</param>
    /// <param name="groups">
    /// The number of groups of channels: an output channel depends only on the input channels of its group. At least 1.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// The channels are not a multiple of the groups, an axis is the default value or has a window beyond the padded input, or input,
    /// weights or output have too many elements for an array.
    /// </exception>
    public ConvolutionGeometry(
        int batch, int inputChannels, int outputChannels, WindowAxis vertical, WindowAxis horizontal, int groups = 1)
    {
        Batch = Require.AtLeast(1, batch, nameof(batch));
        InputChannels = Require.AtLeast(1, inputChannels, nameof(inputChannels));
        OutputChannels = Require.AtLeast(1, outputChannels, nameof(outputChannels));
        Vertical = RequireWindow.Within(RequireWindow.Made(vertical, nameof(vertical)), nameof(vertical));
        Horizontal = RequireWindow.Within(RequireWindow.Made(horizontal, nameof(horizontal)), nameof(horizontal));
        Groups = Require.AtLeast(1, groups, nameof(groups));
        RequireMultiple(inputChannels, groups, nameof(inputChannels));
        RequireMultiple(outputChannels, groups, nameof(outputChannels));
        string name = nameof(inputChannels);
        InputLength = RequireWindow.Length("the input", batch, inputChannels, vertical.Input, horizontal.Input, name);
        name = nameof(outputChannels);
        OutputLength = RequireWindow.Length("the output", batch, outputChannels, vertical.Output, horizontal.Output, name);
        WeightLength = RequireWindow.Length(
            "the weights", outputChannels, inputChannels / groups, vertical.Kernel, horizontal.Kernel, name);
    }

    /// <summary>The number of images or sequences.</summary>
    public int Batch { get; }

    /// <summary>The number of channels of the input.</summary>
    public int InputChannels { get; }

    /// <summary>The number of channels of the output.</summary>
    public int OutputChannels { get; }

    /// <summary>How the window moves over the height; <see cref="WindowAxis.Single"/> for one dimension.</summary>
    public WindowAxis Vertical { get; }

    /// <summary>How the window moves over the width, or over the sequence.</summary>
    public WindowAxis Horizontal { get; }

    /// <summary>The number of groups of channels.</summary>
    public int Groups { get; }

    /// <summary>The number of elements in the input.</summary>
    public int InputLength { get; }

    /// <summary>The number of elements in the output.</summary>
    public int OutputLength { get; }

    /// <summary>The number of weights.</summary>
    public int WeightLength { get; }

    /// <summary>The number of elements in one channel of the input.</summary>
    internal int InputPlane => Vertical.Input * Horizontal.Input;

    /// <summary>The number of elements in one channel of the output.</summary>
    internal int OutputPlane => Vertical.Output * Horizontal.Output;

    /// <summary>The number of input channels that an output channel depends on.</summary>
    internal int GroupInputs => InputChannels / Groups;

    /// <summary>The number of output channels in a group.</summary>
    internal int GroupOutputs => OutputChannels / Groups;

    /// <summary>The number of positions in the window.</summary>
    internal int Window => Vertical.Kernel * Horizontal.Kernel;

    /// <summary>Creates the sizes of a convolution over one dimension, as torch.nn.functional.conv1d.</summary>
    /// <param name="batch">The number of sequences; at least 1.</param>
    /// <param name="inputChannels">The number of channels; at least 1 and a multiple of <paramref name="groups"/>.</param>
    /// <param name="outputChannels">The number of channels; at least 1 and a multiple of <paramref name="groups"/>.</param>
    /// <param name="axis">How the window moves over the sequence.</param>
    /// <param name="groups">The number of groups of channels; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// The channels are not a multiple of the groups, the axis is the default value or has a window beyond the padded input, or input,
    /// weights or output have too many elements for an array.
    /// </exception>
    public static ConvolutionGeometry OneDimension(int batch, int inputChannels, int outputChannels, WindowAxis axis, int groups = 1) =>
        new(batch, inputChannels, outputChannels, WindowAxis.Single, RequireWindow.Made(axis, nameof(axis)), groups);

    private static void RequireMultiple(int channels, int groups, string name)
    {
        if (channels % groups != 0)
            throw new ArgumentException($"{name} is {channels}; it must be a multiple of groups, {groups}.", name);
    }
}
