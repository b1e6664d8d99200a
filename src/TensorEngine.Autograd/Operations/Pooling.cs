using TensorEngine.Numerics.Convolutions;

namespace TensorEngine.Autograd.Operations;

/// <content>Pooling.</content>
public static partial class Functional
{
    /// <summary>
    /// Returns the largest element in a window that moves over the last two dimensions, as torch.nn.functional.max_pool2d. Of equal
    /// elements, the first gets the gradient; a window with NaN gives NaN.
    /// </summary>
    /// <param name="input">[rows, channels, height, width].</param>
    /// <param name="kernel">The size of the window.</param>
    /// <param name="stride">The distance from one window to the next; 0 (the default) for the size of the kernel.</param>
    /// <param name="padding">The number of positions without a value added on either side, at most half the kernel; 0 by default.</param>
    /// <param name="dilation">From one element of the window to the next; 0 (the default) for 1.</param>
    /// <param name="ceiling">
    /// Whether to include a last window that extends beyond the input, if it starts inside (ceil_mode); false by default.
    /// </param>
    /// <returns>[rows, channels, height, width], with a position for each window.</returns>
    /// <exception cref="ArgumentException">The input does not have four dimensions, or the window is larger than the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable MaxPool2D(
        this Variable input,
        HeightWidth kernel,
        HeightWidth stride = default,
        HeightWidth padding = default,
        HeightWidth dilation = default,
        bool ceiling = false)
    {
        PoolingGeometry geometry = Geometry("max_pool2d", input.Shape, kernel, stride, padding, dilation, ceiling);
        return input.Tape.Record(new MaxPoolOperation(geometry), Pooled(input.Shape, geometry), input);
    }

    /// <summary>
    /// Returns the mean of the elements in a window that moves over the last two dimensions, as torch.nn.functional.avg_pool2d.
    /// </summary>
    /// <param name="input">[rows, channels, height, width].</param>
    /// <param name="kernel">The size of the window.</param>
    /// <param name="stride">The distance from one window to the next; 0 (the default) for the size of the kernel.</param>
    /// <param name="padding">The number of zeros added on either side, at most half the kernel; 0 by default.</param>
    /// <param name="countPadding">Whether to count these zeros (count_include_pad); true by default.</param>
    /// <param name="ceiling">
    /// Whether to include a last window that extends beyond the input, if it starts inside (ceil_mode); false by default.
    /// </param>
    /// <returns>[rows, channels, height, width], with a position for each window.</returns>
    /// <exception cref="ArgumentException">The input does not have four dimensions, or the window is larger than the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable AveragePool2D(
        this Variable input,
        HeightWidth kernel,
        HeightWidth stride = default,
        HeightWidth padding = default,
        bool countPadding = true,
        bool ceiling = false)
    {
        PoolingGeometry geometry = Geometry("avg_pool2d", input.Shape, kernel, stride, padding, default, ceiling);
        return input.Tape.Record(new AveragePoolOperation(geometry, countPadding), Pooled(input.Shape, geometry), input);
    }

    /// <summary>As <see cref="MaxPool2D"/> over the last dimension, as torch.nn.functional.max_pool1d.</summary>
    /// <param name="input">[rows, channels, length].</param>
    /// <param name="kernel">The length of the window.</param>
    /// <param name="stride">The distance from one window to the next; 0 (the default) for the size of the kernel.</param>
    /// <param name="padding">The number of positions without a value added on either side, at most half the kernel; 0 by default.</param>
    /// <param name="dilation">From one element of the window to the next; 1 by default.</param>
    /// <param name="ceiling">
    /// Whether to include a last window that extends beyond the input, if it starts inside (ceil_mode); false by default.
    /// </param>
    /// <returns>[rows, channels, length].</returns>
    /// <exception cref="ArgumentException">The input does not have three dimensions, or the window is larger than the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable MaxPool1D(
        this Variable input, int kernel, int stride = 0, int padding = 0, int dilation = 1, bool ceiling = false)
    {
        PoolingGeometry geometry = Geometry("max_pool1d", input.Shape, kernel, stride, padding, dilation, ceiling);
        return input.Tape.Record(new MaxPoolOperation(geometry), Pooled(input.Shape, geometry), input);
    }

    /// <summary>As <see cref="AveragePool2D"/> over the last dimension, as torch.nn.functional.avg_pool1d.</summary>
    /// <param name="input">[rows, channels, length].</param>
    /// <param name="kernel">The length of the window.</param>
    /// <param name="stride">The distance from one window to the next; 0 (the default) for the size of the kernel.</param>
    /// <param name="padding">The number of zeros added on either side, at most half the kernel; 0 by default.</param>
    /// <param name="countPadding">Whether to count these zeros; true by default.</param>
    /// <param name="ceiling">
    /// Whether to include a last window that extends beyond the input, if it starts inside (ceil_mode); false by default.
    /// </param>
    /// <returns>[rows, channels, length].</returns>
    /// <exception cref="ArgumentException">The input does not have three dimensions, or the window is larger than the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable AveragePool1D(
        this Variable input, int kernel, int stride = 0, int padding = 0, bool countPadding = true, bool ceiling = false)
    {
        PoolingGeometry geometry = Geometry("avg_pool1d", input.Shape, kernel, stride, padding, dilation: 1, ceiling);
        return input.Tape.Record(new AveragePoolOperation(geometry, countPadding), Pooled(input.Shape, geometry), input);
    }

    /// <summary>Returns the mean over all dimensions after the second: adaptive_avg_pool2d to 1 x 1, flattened.</summary>
    /// <param name="input">[rows, channels, ...], at least three dimensions.</param>
    /// <returns>[rows, channels].</returns>
    /// <exception cref="ArgumentException">The input has fewer dimensions.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable GlobalAveragePool(this Variable input)
    {
        Shape shape = input.Shape;
        if (shape.Rank < 3)
            Mismatch.Throw("global_average_pool", "input", shape, "it must be [rows, channels, ...] with at least three dimensions");
        return input.Tape.Record(default(GlobalAveragePoolOperation), [shape[0], shape[1]], input);
    }

    private static PoolingGeometry Geometry(
        string name, Shape shape, HeightWidth kernel, HeightWidth stride, HeightWidth padding, HeightWidth dilation, bool ceiling)
    {
        if (shape.Rank != 4)
            Mismatch.Throw(name, "input", shape, "it must be [rows, channels, height, width]");
        return new PoolingGeometry(
            shape[0] * shape[1],
            Axis(shape[2], kernel.Height, stride.Height, padding.Height, OrOne(dilation.Height), ceiling),
            Axis(shape[3], kernel.Width, stride.Width, padding.Width, OrOne(dilation.Width), ceiling));
    }

    private static PoolingGeometry Geometry(string name, Shape shape, int kernel, int stride, int padding, int dilation, bool ceiling)
    {
        if (shape.Rank != 3)
            Mismatch.Throw(name, "input", shape, "it must be [rows, channels, length]");
        return PoolingGeometry.OneDimension(shape[0] * shape[1], Axis(shape[2], kernel, stride, padding, dilation, ceiling));
    }

    private static WindowAxis Axis(int length, int kernel, int stride, int padding, int dilation, bool ceiling) =>
        new(length, kernel, stride == 0 ? kernel : stride, padding, dilation, ceiling);

    private static Shape Pooled(Shape shape, in PoolingGeometry geometry) =>
        shape.Rank == 4
            ? [shape[0], shape[1], geometry.Vertical.Output, geometry.Horizontal.Output]
            : [shape[0], shape[1], geometry.Horizontal.Output];

    private struct MaxPoolOperation(PoolingGeometry geometry) : IOperation
    {
        private Kept<int> _indices;

        public void Forward(in ForwardContext context)
        {
            Span<float> output = context.Output;
            Span<int> indices = context.Records
                ? context.Span(_indices = context.Keep<int>(output.Length))
                : context.Temporary<int>(output.Length);
            MaxPooling.Forward(geometry, context.Input(0), output, indices, context.Workers);
        }

        public readonly void Backward(in BackwardContext context)
        {
            Span<float> input = context.InputGradient(0, out bool adds);
            MaxPooling.InputGradient(geometry, context.OutputGradient, context.Span(_indices), input, adds, context.Workers);
        }
    }

    private readonly struct AveragePoolOperation(PoolingGeometry geometry, bool countPadding) : IOperation
    {
        public void Forward(in ForwardContext context) =>
            AveragePooling.Forward(geometry, context.Input(0), context.Output, countPadding, context.Workers);

        public void Backward(in BackwardContext context)
        {
            Span<float> input = context.InputGradient(0, out bool adds);
            AveragePooling.InputGradient(geometry, context.OutputGradient, input, countPadding, adds, context.Workers);
        }
    }

    private readonly struct GlobalAveragePoolOperation : IOperation
    {
        public void Forward(in ForwardContext context) => AveragePooling.Global(context.Input(0), context.Output, context.Workers);

        public void Backward(in BackwardContext context)
        {
            Span<float> input = context.InputGradient(0, out bool adds);
            AveragePooling.GlobalGradient(context.OutputGradient, input, adds, context.Workers);
        }
    }
}
