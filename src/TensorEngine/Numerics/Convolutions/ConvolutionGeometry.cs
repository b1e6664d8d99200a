namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// The sizes of a convolution, as torch.nn.functional.conv2d has them: an input of [batch, input channels, height, width], weights of
/// [output channels, input channels / groups, kernel height, kernel width] and an output of [batch, output channels, height, width].
/// </summary>
public readonly record struct ConvolutionGeometry
{
    /// <summary>A convolution over two dimensions.</summary>
    /// <param name="batch">How many images; at least 1.</param>
    /// <param name="inputChannels">At least 1, a multiple of <paramref name="groups"/>.</param>
    /// <param name="outputChannels">At least 1, a multiple of <paramref name="groups"/>.</param>
    /// <param name="vertical">How the window goes over the height.</param>
    /// <param name="horizontal">How it goes over the width.</param>
    /// <param name="groups">
    /// Into how many parts the channels fall: an output channel sees the input channels of its part alone. At least 1.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// Channels are no multiple of the groups, an axis is the default value or has a window beyond the padded input, or input, weights or
    /// output have more elements than an array.
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

    /// <summary>How many images or sequences.</summary>
    public int Batch { get; }

    /// <summary>The channels of the input.</summary>
    public int InputChannels { get; }

    /// <summary>The channels of the output.</summary>
    public int OutputChannels { get; }

    /// <summary>How the window goes over the height; <see cref="WindowAxis.Single"/> for one dimension.</summary>
    public WindowAxis Vertical { get; }

    /// <summary>How the window goes over the width, or over the sequence.</summary>
    public WindowAxis Horizontal { get; }

    /// <summary>Into how many parts the channels fall.</summary>
    public int Groups { get; }

    /// <summary>The elements of the input.</summary>
    public int InputLength { get; }

    /// <summary>The elements of the output.</summary>
    public int OutputLength { get; }

    /// <summary>The elements of the weights.</summary>
    public int WeightLength { get; }

    /// <summary>The elements of one channel of the input.</summary>
    internal int InputPlane => Vertical.Input * Horizontal.Input;

    /// <summary>The elements of one channel of the output.</summary>
    internal int OutputPlane => Vertical.Output * Horizontal.Output;

    /// <summary>The input channels that an output channel sees.</summary>
    internal int GroupInputs => InputChannels / Groups;

    /// <summary>The output channels of a group.</summary>
    internal int GroupOutputs => OutputChannels / Groups;

    /// <summary>The places of the window.</summary>
    internal int Window => Vertical.Kernel * Horizontal.Kernel;

    /// <summary>A convolution over one dimension, as torch.nn.functional.conv1d.</summary>
    /// <param name="batch">How many sequences; at least 1.</param>
    /// <param name="inputChannels">At least 1, a multiple of <paramref name="groups"/>.</param>
    /// <param name="outputChannels">At least 1, a multiple of <paramref name="groups"/>.</param>
    /// <param name="axis">How the window goes over the sequence.</param>
    /// <param name="groups">Into how many parts the channels fall; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// Channels are no multiple of the groups, the axis is the default value or has a window beyond the padded input, or input, weights or
    /// output have more elements than an array.
    /// </exception>
    public static ConvolutionGeometry OneDimension(int batch, int inputChannels, int outputChannels, WindowAxis axis, int groups = 1) =>
        new(batch, inputChannels, outputChannels, WindowAxis.Single, RequireWindow.Made(axis, nameof(axis)), groups);

    private static void RequireMultiple(int channels, int groups, string name)
    {
        if (channels % groups != 0)
            throw new ArgumentException($"{name} is {channels}; it must be a multiple of groups, {groups}.", name);
    }
}
