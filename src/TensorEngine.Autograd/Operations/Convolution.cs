using TensorEngine.Numerics.Convolutions;

namespace TensorEngine.Autograd.Operations;

/// <content>Convolutions.</content>
public static partial class Functional
{
    /// <summary>
    /// Convolution over two dimensions, as torch.nn.functional.conv2d. Each element is one chain of fused multiply-adds, starting from the
    /// bias, over input channels, then rows, then columns of the kernel.
    /// </summary>
    /// <param name="input">[rows, channels, height, width].</param>
    /// <param name="weight">[outputs, channels / groups, kernel height, kernel width].</param>
    /// <param name="bias">[outputs], or null (the default) for none.</param>
    /// <param name="stride">The distance from one position of the kernel to the next; 0 (the default) for 1.</param>
    /// <param name="padding">The number of zeros added on either side; 0 by default.</param>
    /// <param name="dilation">The distance from one element of the kernel to the next; 0 (the default) for 1.</param>
    /// <param name="groups">The number of groups of channels that are convolved separately; 1 by default.</param>
    /// <returns>[rows, outputs, height, width], with height = (input + 2 padding - dilation (kernel - 1) - 1) / stride + 1.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not match, the kernel is larger than the padded input, or the variables belong to different tapes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable Convolution2D(
        this Variable input,
        Variable weight,
        Variable? bias = null,
        HeightWidth stride = default,
        HeightWidth padding = default,
        HeightWidth dilation = default,
        int groups = 1)
    {
        Shape shape = input.Shape, weights = weight.Shape;
        CheckConvolution("conv2d", 4, shape, weights, bias, groups);
        var geometry = new ConvolutionGeometry(
            shape[0],
            shape[1],
            weights[0],
            new WindowAxis(shape[2], weights[2], OrOne(stride.Height), padding.Height, OrOne(dilation.Height)),
            new WindowAxis(shape[3], weights[3], OrOne(stride.Width), padding.Width, OrOne(dilation.Width)),
            groups);
        return Convolve(input, weight, bias, geometry, [shape[0], weights[0], geometry.Vertical.Output, geometry.Horizontal.Output]);
    }

    /// <summary>Convolution over one dimension, as torch.nn.functional.conv1d; in the order of <see cref="Convolution2D"/>.</summary>
    /// <param name="input">[rows, channels, length].</param>
    /// <param name="weight">[outputs, channels / groups, kernel].</param>
    /// <param name="bias">[outputs], or null (the default) for none.</param>
    /// <param name="stride">The distance from one position of the kernel to the next; 1 by default.</param>
    /// <param name="padding">The number of zeros added on either side; 0 by default.</param>
    /// <param name="dilation">The distance from one element of the kernel to the next; 1 by default.</param>
    /// <param name="groups">The number of groups of channels that are convolved separately; 1 by default.</param>
    /// <returns>[rows, outputs, length].</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not match, the kernel is larger than the padded input, or the variables belong to different tapes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable Convolution1D(
        this Variable input, Variable weight, Variable? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1)
    {
        Shape shape = input.Shape, weights = weight.Shape;
        CheckConvolution("conv1d", 3, shape, weights, bias, groups);
        var axis = new WindowAxis(shape[2], weights[2], stride, padding, dilation);
        var geometry = ConvolutionGeometry.OneDimension(shape[0], shape[1], weights[0], axis, groups);
        return Convolve(input, weight, bias, geometry, [shape[0], weights[0], axis.Output]);
    }

    private static int OrOne(int value) => value == 0 ? 1 : value;

    private static void CheckConvolution(string name, int rank, Shape input, Shape weight, Variable? bias, int groups)
    {
        if (groups < 1)
            throw new ArgumentOutOfRangeException(nameof(groups), groups, $"{name}: groups is {groups}; it must be at least 1.");
        if (input.Rank != rank || weight.Rank != rank || input[1] != (long)weight[1] * groups || weight[0] % groups != 0)
        {
            string sides = rank == 4 ? "height, width" : "length";
            Mismatch.Throw(
                name, "input", input, "weight", weight,
                $"with {groups} groups input must be [rows, channels, {sides}] and weight [outputs, channels / groups, {sides}], outputs a "
                + "multiple of the groups");
        }

        if (bias is { } biases && (biases.Shape.Rank != 1 || biases.Shape[0] != weight[0]))
            Mismatch.Throw(name, "weight", weight, "bias", biases.Shape, "bias must be [outputs], the first length of weight");
    }

    private static Variable Convolve(Variable input, Variable weight, Variable? bias, in ConvolutionGeometry geometry, Shape shape)
    {
        var operation = new ConvolutionOperation(geometry);
        return bias is { } biases
            ? input.Tape.Record(operation, shape, input, weight, biases)
            : input.Tape.Record(operation, shape, input, weight);
    }

    private readonly struct ConvolutionOperation(ConvolutionGeometry geometry) : IOperation
    {
        public void Forward(in ForwardContext context) => Convolution.Forward(
            geometry,
            context.Input(0),
            context.Input(1),
            context.InputCount > 2 ? context.Input(2) : default,
            context.Output,
            context.Workers);

        public void Backward(in BackwardContext context)
        {
            ReadOnlySpan<float> gradient = context.OutputGradient;
            if (context.Needs(1))
            {
                Span<float> weight = context.InputGradient(1, out bool adds);
                Convolution.WeightGradient(geometry, context.Input(0), gradient, weight, adds, context.Workers);
            }

            if (context.InputCount > 2 && context.Needs(2))
            {
                Span<float> bias = context.InputGradient(2, out bool adds);
                Convolution.BiasGradient(geometry, gradient, bias, adds, context.Workers);
            }

            if (context.Needs(0))
            {
                Span<float> input = context.InputGradient(0, out bool adds);
                Convolution.InputGradient(geometry, context.Input(1), gradient, input, adds, context.Workers);
            }
        }
    }
}
