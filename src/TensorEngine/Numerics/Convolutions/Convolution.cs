namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// Convolutions over one and two dimensions and their gradients, as torch.nn.functional.conv1d and conv2d: images of [batch, channels,
/// height, width], in row-major order. The bits depend neither on the register width nor on the number of threads.
/// </summary>
/// <remarks>
/// The padding consists of zeros that are multiplied like other elements, so padding times an infinite weight is NaN. A thread allocates
/// buffers the first time that it needs them at a size, and nothing afterward.
/// </remarks>
public static class Convolution
{
    /// <summary>
    /// Computes the output, one chain of fused multiply-adds for each element, starting from the bias:
    /// <code>
    /// output[n, o, y, x] = bias[o] + sum over c, then ky, then kx of
    ///                      weights[o, c, ky, kx] * input[n, c, y stride - padding + ky dilation, x stride - padding + kx dilation]
    /// </code>
    /// where c runs over the input channels of the group of o.
    /// </summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="input">[batch, input channels, height, width].</param>
    /// <param name="weights">[output channels, input channels / groups, kernel height, kernel width].</param>
    /// <param name="bias">[output channels], or empty for zeros.</param>
    /// <param name="output">[batch, output channels, height, width]; may not overlap the others.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// The length of a buffer does not match the geometry, <paramref name="output"/> overlaps another one, or the geometry is the default
    /// value.
    /// </exception>
    public static void Forward(
        in ConvolutionGeometry geometry,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> bias,
        Span<float> output,
        Workers? workers = null)
    {
        RequireWindow.Made(geometry.Vertical, nameof(geometry));
        RequireWindow.Count(geometry.InputLength, input);
        RequireWindow.Count(geometry.WeightLength, weights);
        if (!bias.IsEmpty)
            RequireWindow.Count(geometry.OutputChannels, bias);
        RequireWindow.Count(geometry.OutputLength, output);
        Require.Apart(output, input);
        Require.Apart(output, weights);
        Require.Apart(output, bias);
        new PatchProduct
        {
            Patches = new(PatchAxis.Of(geometry.Vertical), PatchAxis.Of(geometry.Horizontal)),
            Images = geometry.Batch,
            Groups = geometry.Groups,
            Channels = geometry.GroupInputs,
            Outputs = geometry.GroupOutputs,
            Source = input,
            Weights = weights,
            Bias = bias,
            Target = output,
            Workers = workers,
        }.Run();
    }

    /// <summary>
    /// Computes the gradient of the input. At stride 1 each element is one chain of fused multiply-adds over the output channels of its
    /// group and the rows and columns of the outputs that depend on it; at other strides there is a chain over the output channels for each
    /// position in the window, and the chains are added in order.
    /// </summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="weights">As passed to <see cref="Forward"/>.</param>
    /// <param name="outputGradient">[batch, output channels, height, width].</param>
    /// <param name="inputGradient">[batch, input channels, height, width]; may not overlap the others.</param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// The length of a buffer does not match the geometry, <paramref name="inputGradient"/> overlaps another one, or the geometry is the
    /// default value.
    /// </exception>
    public static void InputGradient(
        in ConvolutionGeometry geometry,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        RequireWindow.Made(geometry.Vertical, nameof(geometry));
        RequireWindow.Count(geometry.WeightLength, weights);
        RequireWindow.Count(geometry.OutputLength, outputGradient);
        RequireWindow.Count(geometry.InputLength, inputGradient);
        Require.Apart(inputGradient, weights);
        Require.Apart(inputGradient, outputGradient);
        if (geometry.Vertical.Stride > 1 || geometry.Horizontal.Stride > 1)
        {
            ScatteredGradient.Run(geometry, weights, outputGradient, inputGradient, accumulate, workers);
            return;
        }

        Span<float> turned = PatchScratch.TakeShared(geometry.WeightLength)[..geometry.WeightLength];
        Turn(geometry, weights, turned);
        new PatchProduct
        {
            Patches = new(PatchAxis.Turned(geometry.Vertical), PatchAxis.Turned(geometry.Horizontal)),
            Images = geometry.Batch,
            Groups = geometry.Groups,
            Channels = geometry.GroupOutputs,
            Outputs = geometry.GroupInputs,
            Source = outputGradient,
            Weights = turned,
            Target = inputGradient,
            Accumulate = accumulate,
            Workers = workers,
        }.Run();
    }

    /// <summary>
    /// Computes the gradient of the weights: for each block of patches a chain over images, rows and columns, with the sums of the blocks
    /// added in order. A block consists of as many whole images as have 384 patches together or, for larger images, as many rows.
    /// </summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="input">As passed to <see cref="Forward"/>.</param>
    /// <param name="outputGradient">[batch, output channels, height, width].</param>
    /// <param name="weightGradient">
    /// [output channels, input channels / groups, kernel height, kernel width]; may not overlap the others.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="weightGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// The length of a buffer does not match the geometry, <paramref name="weightGradient"/> overlaps another one, or the geometry is the
    /// default value.
    /// </exception>
    public static void WeightGradient(
        in ConvolutionGeometry geometry,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        RequireWindow.Made(geometry.Vertical, nameof(geometry));
        RequireWindow.Count(geometry.InputLength, input);
        RequireWindow.Count(geometry.OutputLength, outputGradient);
        RequireWindow.Count(geometry.WeightLength, weightGradient);
        Require.Apart(weightGradient, input);
        Require.Apart(weightGradient, outputGradient);
        new WeightProduct
        {
            Geometry = geometry,
            Input = input,
            OutputGradient = outputGradient,
            WeightGradient = weightGradient,
            Accumulate = accumulate,
            Workers = workers,
        }.Run();
    }

    /// <summary>
    /// Computes the gradient of the bias: the sum of each output channel over images, rows and columns, accumulated in double and narrowed
    /// once. As many whole images as have 4096 elements of a channel together, at least one, are summed as
    /// <see cref="Reduction.Sum(ReadOnlySpan{float}, Workers?)"/> does, and these sums added in their order.
    /// </summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="outputGradient">[batch, output channels, height, width].</param>
    /// <param name="biasGradient">[output channels]; may not overlap <paramref name="outputGradient"/>.</param>
    /// <param name="accumulate">Whether to add to <paramref name="biasGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// The length of a buffer does not match the geometry, the two overlap, or the geometry is the default value.
    /// </exception>
    public static void BiasGradient(
        in ConvolutionGeometry geometry,
        ReadOnlySpan<float> outputGradient,
        Span<float> biasGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        RequireWindow.Made(geometry.Vertical, nameof(geometry));
        RequireWindow.Count(geometry.OutputLength, outputGradient);
        RequireWindow.Count(geometry.OutputChannels, biasGradient);
        Require.Apart(biasGradient, outputGradient);
        WorkParts parts = Workers.Divide(workers, geometry.OutputChannels, geometry.Batch * (double)geometry.OutputPlane / 8, unit: 1);
        var sums = new ChannelSums(geometry, outputGradient, biasGradient, accumulate, parts);
        Workers.Run(workers, ref sums, parts.Count);
    }

    // [groups, outputs, inputs, window] to [groups, inputs, outputs, window turned around].
    private static void Turn(in ConvolutionGeometry geometry, ReadOnlySpan<float> weights, Span<float> turned)
    {
        (int inputs, int outputs, int window) = (geometry.GroupInputs, geometry.GroupOutputs, geometry.Window);
        for (int group = 0; group < geometry.Groups; group++)
        {
            for (int output = 0; output < outputs; output++)
            {
                for (int input = 0; input < inputs; input++)
                {
                    ReadOnlySpan<float> from = weights.Slice(((group * outputs + output) * inputs + input) * window, window);
                    Span<float> to = turned.Slice(((group * inputs + input) * outputs + output) * window, window);
                    for (int i = 0; i < from.Length; i++)
                        to[^(i + 1)] = from[i];
                }
            }
        }
    }

    private readonly ref struct ChannelSums(
        ConvolutionGeometry geometry, ReadOnlySpan<float> gradient, Span<float> sums, bool accumulate, WorkParts parts) : IWork
    {
        // Planes that are shorter are summed together.
        private const int BlockElements = 4096;

        private readonly ReadOnlySpan<float> _gradient = gradient;
        private readonly Span<float> _sums = sums;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            int plane = geometry.OutputPlane, together = Math.Clamp(BlockElements / plane, 1, geometry.Batch);
            Span<float> block = stackalloc float[together == 1 ? 0 : together * plane];
            for (int channel = first; channel < first + count; channel++)
            {
                double sum = accumulate ? _sums[channel] : 0;
                for (int image = 0; image < geometry.Batch; image += together)
                    sum += Reduction.Sum(together == 1 ? Plane(image, channel) : Gather(image, channel, together, block));
                _sums[channel] = (float)sum;
            }
        }

        private ReadOnlySpan<float> Plane(int image, int channel) =>
            _gradient.Slice((image * geometry.OutputChannels + channel) * geometry.OutputPlane, geometry.OutputPlane);

        // Short planes side by side.
        private Span<float> Gather(int image, int channel, int images, Span<float> block)
        {
            int plane = geometry.OutputPlane;
            images = Math.Min(images, geometry.Batch - image);
            for (int i = 0; i < images; i++)
                Plane(image + i, channel).CopyTo(block.Slice(i * plane, plane));
            return block[..(images * plane)];
        }
    }
}
