namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// The sizes of a pooling, as in torch.nn.functional: each channel of each image, a plane of [height, width], is pooled separately.
/// </summary>
public readonly record struct PoolingGeometry
{
    /// <summary>Creates the sizes of a pooling over two dimensions.</summary>
    /// <param name="planes">Images times channels; at least 1.</param>
    /// <param name="vertical">How the window moves over the height; the padding may be at most half the kernel.</param>
    /// <param name="horizontal">How the window moves over the width; the padding may be at most half the kernel.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="planes"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">
    /// An axis is the default value or has too much padding, or input or output have too many elements for an array.
    /// </exception>
    public PoolingGeometry(int planes, WindowAxis vertical, WindowAxis horizontal)
    {
        Planes = Require.AtLeast(1, planes, nameof(planes));
        Vertical = RequireHalf(RequireWindow.Made(vertical, nameof(vertical)), nameof(vertical));
        Horizontal = RequireHalf(RequireWindow.Made(horizontal, nameof(horizontal)), nameof(horizontal));
        InputLength = RequireWindow.Length("the input", planes, 1, vertical.Input, horizontal.Input, nameof(planes));
        OutputLength = RequireWindow.Length("the output", planes, 1, vertical.Output, horizontal.Output, nameof(planes));
    }

    /// <summary>The number of channels of all sequences or images.</summary>
    public int Planes { get; }

    /// <summary>How the window moves over the height; <see cref="WindowAxis.Single"/> for one dimension.</summary>
    public WindowAxis Vertical { get; }

    /// <summary>How the window moves over the width, or over the sequence.</summary>
    public WindowAxis Horizontal { get; }

    /// <summary>The number of elements in the input.</summary>
    public int InputLength { get; }

    /// <summary>The number of elements in the output.</summary>
    public int OutputLength { get; }

    /// <summary>The number of elements in a plane of the input.</summary>
    internal int InputPlane => Vertical.Input * Horizontal.Input;

    /// <summary>The number of elements in a plane of the output.</summary>
    internal int OutputPlane => Vertical.Output * Horizontal.Output;

    /// <summary>Creates the sizes of a pooling over one dimension.</summary>
    /// <param name="planes">Sequences times channels; at least 1.</param>
    /// <param name="axis">How the window moves over the sequence; the padding may be at most half the kernel.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="planes"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">
    /// The axis is the default value or has too much padding, or input or output have too many elements for an array.
    /// </exception>
    public static PoolingGeometry OneDimension(int planes, WindowAxis axis) =>
        new(planes, WindowAxis.Single, RequireHalf(RequireWindow.Made(axis, nameof(axis)), nameof(axis)));

    private static WindowAxis RequireHalf(WindowAxis axis, string name) =>
        axis.Padding <= axis.Kernel / 2
            ? axis
            : throw new ArgumentException(
                $"{name} has padding {axis.Padding}; it must be at most half the kernel, {axis.Kernel / 2}.", name);
}
