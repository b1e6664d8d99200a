using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Convolutions;

/// <summary>Computes the largest elements of windows, as torch.nn.functional.max_pool1d and max_pool2d.</summary>
public static class MaxPooling
{
    // What an output takes, about.
    private const double NanosecondsPerOutput = 2;
    private const double NanosecondsPerGradient = 1;

    /// <summary>
    /// output = the largest input in the window; the padding counts as -infinity. Of equal inputs the first is taken. A window with NaN
    /// gives NaN.
    /// </summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="input">[planes, height, width].</param>
    /// <param name="output">[planes, height, width]; may not overlap <paramref name="input"/>.</param>
    /// <param name="indices">
    /// [planes, height, width]; receives the row-major index of each output in its plane of the input, as in PyTorch; of several NaN the
    /// last.
    /// </param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// The length of a buffer does not match the geometry, <paramref name="output"/> overlaps <paramref name="input"/>, or the geometry is
    /// the default value.
    /// </exception>
    public static void Forward(
        in PoolingGeometry geometry, ReadOnlySpan<float> input, Span<float> output, Span<int> indices, Workers? workers = null)
    {
        RequireWindow.Made(geometry.Vertical, nameof(geometry));
        RequireWindow.Count(geometry.InputLength, input);
        RequireWindow.Count(geometry.OutputLength, output);
        RequireWindow.Count(geometry.OutputLength, indices.Length, nameof(indices));
        Require.Apart(output, input);
        WorkParts parts = Workers.Divide(workers, geometry.Planes, geometry.OutputPlane * NanosecondsPerOutput, unit: 1);
        var planes = new Planes(geometry, input, output, indices, parts);
        Workers.Run(workers, ref planes, parts.Count);
    }

    /// <summary>
    /// Computes the gradient of the input: the sum of the gradients of the outputs that came from an element, in the order of the outputs.
    /// </summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="outputGradient">[planes, height, width].</param>
    /// <param name="indices">The result of <see cref="Forward"/>.</param>
    /// <param name="inputGradient">[planes, height, width]; may not overlap <paramref name="outputGradient"/>.</param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// The length of a buffer does not match the geometry, the gradients overlap, or the geometry is the default value.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside a plane of the input.</exception>
    public static void InputGradient(
        in PoolingGeometry geometry,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<int> indices,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        RequireWindow.Made(geometry.Vertical, nameof(geometry));
        RequireWindow.Count(geometry.OutputLength, outputGradient);
        RequireWindow.Count(geometry.OutputLength, indices.Length, nameof(indices));
        RequireWindow.Count(geometry.InputLength, inputGradient);
        Require.Apart(inputGradient, outputGradient);
        RequireIndices(indices, geometry.InputPlane);
        WorkParts parts = Workers.Divide(workers, geometry.Planes, geometry.OutputPlane * NanosecondsPerGradient, unit: 1);
        var planes = new GradientPlanes(geometry, outputGradient, indices, inputGradient, accumulate, parts);
        Workers.Run(workers, ref planes, parts.Count);
    }

    private static void RequireIndices(ReadOnlySpan<int> indices, int plane)
    {
        int least = TensorPrimitives.Min(indices), most = TensorPrimitives.Max(indices);
        int wrong = least < 0 ? least : most;
        if ((uint)wrong >= (uint)plane)
        {
            throw new ArgumentOutOfRangeException(
                nameof(indices), wrong, $"indices[{indices.IndexOf(wrong)}] is {wrong}; it must be at least 0 and below {plane}.");
        }
    }

    private readonly ref struct Planes(
        PoolingGeometry geometry, ReadOnlySpan<float> input, Span<float> output, Span<int> indices, WorkParts parts) : IWork
    {
        private readonly ReadOnlySpan<float> _input = input;
        private readonly Span<float> _output = output;
        private readonly Span<int> _indices = indices;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            if (Halving<LargestOfFour>.Takes(geometry))
            {
                var halves = new Halving<LargestOfFour>(geometry, _input, _output, _indices, first, count);
                LaneDispatch.Tile(ref halves);
                return;
            }

            int from = geometry.InputPlane, to = geometry.OutputPlane;
            for (int plane = first; plane < first + count; plane++)
                Plane(geometry, _input.Slice(plane * from, from), _output.Slice(plane * to, to), _indices.Slice(plane * to, to));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Plane(in PoolingGeometry geometry, ReadOnlySpan<float> input, Span<float> output, Span<int> indices)
        {
            int at = 0, width = geometry.Horizontal.Input;
            for (int y = 0; y < geometry.Vertical.Output; y++)
            {
                (int top, int bottom) = WindowReach.Of(geometry.Vertical, y);
                for (int x = 0; x < geometry.Horizontal.Output; x++, at++)
                {
                    (int left, int right) = WindowReach.Of(geometry.Horizontal, x);
                    int index = top * width + left;
                    float largest = float.NegativeInfinity;
                    for (int row = top; row < bottom; row += geometry.Vertical.Dilation)
                    {
                        for (int column = left; column < right; column += geometry.Horizontal.Dilation)
                        {
                            float value = input[row * width + column];
                            if (value > largest || float.IsNaN(value))
                            {
                                largest = value;
                                index = row * width + column;
                            }
                        }
                    }

                    output[at] = largest;
                    indices[at] = index;
                }
            }
        }
    }

    private readonly ref struct GradientPlanes(
        PoolingGeometry geometry,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<int> indices,
        Span<float> inputGradient,
        bool accumulate,
        WorkParts parts) : IWork
    {
        private readonly ReadOnlySpan<float> _outputGradient = outputGradient;
        private readonly ReadOnlySpan<int> _indices = indices;
        private readonly Span<float> _inputGradient = inputGradient;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            int from = geometry.OutputPlane, to = geometry.InputPlane;
            for (int plane = first; plane < first + count; plane++)
            {
                // Plane by plane, so that what was cleared is still in the cache.
                Span<float> gradient = _inputGradient.Slice(plane * to, to);
                if (!accumulate)
                    gradient.Clear();
                Scatter(_outputGradient.Slice(plane * from, from), _indices.Slice(plane * from, from), gradient);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Scatter(ReadOnlySpan<float> outputGradient, ReadOnlySpan<int> indices, Span<float> inputGradient)
        {
            for (int i = 0; i < outputGradient.Length && i < indices.Length; i++)
                inputGradient[indices[i]] += outputGradient[i];
        }
    }
}
