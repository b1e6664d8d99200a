namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// The sizes of a pooling, as torch.nn.functional's: every channel of every image, a plane of [height, width], is pooled by itself.
/// </summary>
public readonly record struct PoolingGeometry
{
    /// <summary>A pooling over two dimensions.</summary>
    /// <param name="planes">Images times channels; at least 1.</param>
    /// <param name="vertical">How the window goes over the height; with a padding of at most half its kernel.</param>
    /// <param name="horizontal">How it goes over the width; the same holds.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="planes"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">
    /// An axis is the default value or has more padding, or input or output have more elements than an array.
    /// </exception>
    public PoolingGeometry(int planes, WindowAxis vertical, WindowAxis horizontal)
    {
        Planes = Require.AtLeast(1, planes, nameof(planes));
        Vertical = RequireHalf(RequireWindow.Made(vertical, nameof(vertical)), nameof(vertical));
        Horizontal = RequireHalf(RequireWindow.Made(horizontal, nameof(horizontal)), nameof(horizontal));
        InputLength = RequireWindow.Length("the input", planes, 1, vertical.Input, horizontal.Input, nameof(planes));
        OutputLength = RequireWindow.Length("the output", planes, 1, vertical.Output, horizontal.Output, nameof(planes));
    }

    /// <summary>Sequences or images.</summary>
    public int Planes { get; }

    /// <summary>How the window goes over the height; <see cref="WindowAxis.Single"/> for one dimension.</summary>
    public WindowAxis Vertical { get; }

    /// <summary>How the window goes over the width, or over the sequence.</summary>
    public WindowAxis Horizontal { get; }

    /// <summary>The elements of the input.</summary>
    public int InputLength { get; }

    /// <summary>The elements of the output.</summary>
    public int OutputLength { get; }

    /// <summary>The elements of a plane of the input.</summary>
    internal int InputPlane => Vertical.Input * Horizontal.Input;

    /// <summary>The elements of a plane of the output.</summary>
    internal int OutputPlane => Vertical.Output * Horizontal.Output;

    /// <summary>A pooling over one dimension.</summary>
    /// <param name="planes">Sequences times channels; at least 1.</param>
    /// <param name="axis">How the window goes over the sequence; with a padding of at most half its kernel.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="planes"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">
    /// The axis is the default value or has more padding, or input or output have more elements than an array.
    /// </exception>
    public static PoolingGeometry OneDimension(int planes, WindowAxis axis) =>
        new(planes, WindowAxis.Single, RequireHalf(RequireWindow.Made(axis, nameof(axis)), nameof(axis)));

    private static WindowAxis RequireHalf(WindowAxis axis, string name) =>
        axis.Padding <= axis.Kernel / 2
            ? axis
            : throw new ArgumentException(
                $"{name} has padding {axis.Padding}; it must be at most half the kernel, {axis.Kernel / 2}.", name);
}
