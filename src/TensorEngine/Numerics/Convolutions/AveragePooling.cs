using System.Numerics.Tensors;

namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// Computes the means of windows and of planes, as torch.nn.functional.avg_pool1d, avg_pool2d and adaptive_avg_pool2d to one element.
/// </summary>
public static class AveragePooling
{
    // What an element of a window takes, about.
    private const double NanosecondsPerElement = 0.7;

    /// <summary>
    /// output = (the sum of the inputs in the window, in row-major order) / count, with sum and quotient rounded as floats.
    /// </summary>
    /// <param name="geometry">The sizes; without dilation.</param>
    /// <param name="input">[planes, height, width].</param>
    /// <param name="output">[planes, height, width]; may not overlap <paramref name="input"/>.</param>
    /// <param name="countPadding">
    /// Whether the zeros of the padding are counted, as PyTorch's count_include_pad; without padding it has no effect.
    /// </param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// The length of a buffer does not match the geometry, the two overlap, or the geometry has a dilation or is the default value.
    /// </exception>
    public static void Forward(
        in PoolingGeometry geometry, ReadOnlySpan<float> input, Span<float> output, bool countPadding = true, Workers? workers = null)
    {
        RequirePlain(geometry);
        RequireWindow.Count(geometry.InputLength, input);
        RequireWindow.Count(geometry.OutputLength, output);
        Require.Apart(output, input);
        var planes = new AveragePlanes(geometry, input, output, countPadding, Divide(geometry, workers));
        Workers.Run(workers, ref planes, planes.Parts.Count);
    }

    /// <summary>
    /// Computes the gradient of the input: the sum of outputGradient / count over every output whose window contains an element, in the
    /// order of the outputs.
    /// </summary>
    /// <param name="geometry">The sizes; without dilation.</param>
    /// <param name="outputGradient">[planes, height, width].</param>
    /// <param name="inputGradient">[planes, height, width]; may not overlap <paramref name="outputGradient"/>.</param>
    /// <param name="countPadding">As passed to <see cref="Forward"/>.</param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// The length of a buffer does not match the geometry, the two overlap, or the geometry has a dilation or is the default value.
    /// </exception>
    public static void InputGradient(
        in PoolingGeometry geometry,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool countPadding = true,
        bool accumulate = false,
        Workers? workers = null)
    {
        RequirePlain(geometry);
        RequireWindow.Count(geometry.OutputLength, outputGradient);
        RequireWindow.Count(geometry.InputLength, inputGradient);
        Require.Apart(inputGradient, outputGradient);
        WorkParts parts = Divide(geometry, workers);
        var planes = new AverageGradientPlanes(geometry, outputGradient, inputGradient, countPadding, accumulate, parts);
        Workers.Run(workers, ref planes, planes.Parts.Count);
    }

    /// <summary>
    /// output[i] = the mean of plane i, its sum carried in double as <see cref="Reduction.Sum(ReadOnlySpan{float}, Workers?)"/> does, and
    /// narrowed once.
    /// </summary>
    /// <param name="input">[planes, elements of a plane].</param>
    /// <param name="output">
    /// [planes], at least 1; their number must divide the length of the input. May not overlap <paramref name="input"/>.
    /// </param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="output"/> is empty, does not divide the input into planes, or overlaps it.
    /// </exception>
    public static void Global(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null)
    {
        RequirePlanes(input.Length, output.Length, nameof(output));
        Require.Apart(output, input);
        int plane = input.Length / output.Length;
        var planes = new GlobalPlanes(input, output, Workers.Divide(workers, output.Length, plane * NanosecondsPerElement, unit: 1));
        Workers.Run(workers, ref planes, planes.Parts.Count);
    }

    /// <summary>inputGradient = outputGradient[i] / elements of a plane, for every element of plane i.</summary>
    /// <param name="outputGradient">[planes], at least 1; their number must divide the length of the input.</param>
    /// <param name="inputGradient">[planes, elements of a plane]; may not overlap <paramref name="outputGradient"/>.</param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="outputGradient"/> is empty, does not divide the input into planes, or overlaps it.
    /// </exception>
    public static void GlobalGradient(
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, bool accumulate = false, Workers? workers = null)
    {
        RequirePlanes(inputGradient.Length, outputGradient.Length, nameof(outputGradient));
        Require.Apart(inputGradient, outputGradient);
        int plane = inputGradient.Length / outputGradient.Length;
        var planes = new GlobalGradientPlanes(
            outputGradient,
            inputGradient,
            accumulate,
            Workers.Divide(workers, outputGradient.Length, plane * NanosecondsPerElement, unit: 1));
        Workers.Run(workers, ref planes, planes.Parts.Count);
    }

    private static void RequirePlain(in PoolingGeometry geometry)
    {
        RequireWindow.Made(geometry.Vertical, nameof(geometry));
        if (geometry.Vertical.Dilation > 1 || geometry.Horizontal.Dilation > 1)
        {
            throw new ArgumentException(
                $"geometry has dilation {Math.Max(geometry.Vertical.Dilation, geometry.Horizontal.Dilation)}; an average has none.",
                nameof(geometry));
        }
    }

    private static void RequirePlanes(int elements, int planes, string name)
    {
        if (planes == 0 || elements % planes != 0)
        {
            throw new ArgumentException(
                $"{name} has {planes} elements, one for every plane; they must divide the {elements} elements of the input.", name);
        }
    }

    private static WorkParts Divide(in PoolingGeometry geometry, Workers? workers) =>
        Workers.Divide(
            workers,
            geometry.Planes,
            (double)geometry.OutputPlane * geometry.Vertical.Kernel * geometry.Horizontal.Kernel * NanosecondsPerElement,
            unit: 1);

    private readonly ref struct GlobalPlanes(ReadOnlySpan<float> input, Span<float> output, WorkParts parts) : IWork
    {
        private readonly ReadOnlySpan<float> _input = input;
        private readonly Span<float> _output = output;

        public WorkParts Parts { get; } = parts;

        public void Run(int part)
        {
            (int first, int count) = Parts.Of(part);
            int plane = _input.Length / _output.Length;
            for (int i = first; i < first + count; i++)
                _output[i] = (float)(Reduction.Sum(_input.Slice(i * plane, plane)) / plane);
        }
    }

    private readonly ref struct GlobalGradientPlanes(
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, bool accumulate, WorkParts parts) : IWork
    {
        private readonly ReadOnlySpan<float> _outputGradient = outputGradient;
        private readonly Span<float> _inputGradient = inputGradient;

        public WorkParts Parts { get; } = parts;

        public void Run(int part)
        {
            (int first, int count) = Parts.Of(part);
            int plane = _inputGradient.Length / _outputGradient.Length;
            for (int i = first; i < first + count; i++)
            {
                float share = _outputGradient[i] / plane;
                Span<float> elements = _inputGradient.Slice(i * plane, plane);
                if (accumulate)
                    TensorPrimitives.Add(elements, share, elements);
                else
                    elements.Fill(share);
            }
        }
    }
}
