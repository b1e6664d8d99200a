using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// The gradient of a convolution's input at any stride: the product of the weights and the output's gradient is the gradient of the
/// patches, which is added to where each patch came from. Threads share images and groups.
/// </summary>
internal readonly ref struct ScatteredGradient : ITileKernel
{
    private readonly ConvolutionGeometry _geometry;
    private readonly ReadOnlySpan<float> _weights;
    private readonly ReadOnlySpan<float> _outputGradient;
    private readonly Span<float> _inputGradient;
    private readonly Workers? _workers;

    private ScatteredGradient(
        in ConvolutionGeometry geometry,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        Workers? workers)
    {
        _geometry = geometry;
        _weights = weights;
        _outputGradient = outputGradient;
        _inputGradient = inputGradient;
        _workers = workers;
    }

    public static void Run(
        in ConvolutionGeometry geometry,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool accumulate,
        Workers? workers)
    {
        if (!accumulate)
            inputGradient.Clear();
        var kernel = new ScatteredGradient(geometry, weights, outputGradient, inputGradient, workers);
        LaneDispatch.Tile(ref kernel);
    }

    public void Run<TFloat>()
        where TFloat : struct, ITileLane<TFloat>
    {
        double nanoseconds = (double)_geometry.WeightLength / _geometry.Groups * _geometry.OutputPlane / 32;
        var parts = new Parts<TFloat>(this, Workers.Divide(_workers, _geometry.Batch * (long)_geometry.Groups, nanoseconds, unit: 1));
        parts.Reserve();
        Workers.Run(_workers, ref parts, parts.Division.Count);
    }

    private readonly ref struct Parts<TFloat> : IWork
        where TFloat : struct, ITileLane<TFloat>
    {
        // Rows are taken in bands of about so many patches, the channels so many rows of the weights at a time.
        private const int BandPatches = 384;
        private const int MostDepth = 384;

        private readonly ScatteredGradient _whole;
        private readonly ConvolutionGeometry _geometry;
        private readonly int _rows;
        private readonly int _channels;

        public Parts(ScatteredGradient whole, WorkParts division)
        {
            _whole = whole;
            _geometry = whole._geometry;
            Division = division;
            _rows = Math.Clamp(BandPatches / _geometry.Horizontal.Output, 1, _geometry.Vertical.Output);
            _channels = Math.Clamp(MostDepth / _geometry.Window, 1, _geometry.GroupInputs);
        }

        public WorkParts Division { get; }

        private long ScratchLength => (long)_channels * _geometry.Window * _rows * _geometry.Horizontal.Output;

        public void Reserve() => PatchScratch.Take(ScratchLength);

        public void Run(int part)
        {
            (int first, int count) = Division.Of(part);
            for (int i = first; i < first + count; i++)
            {
                for (int row = 0; row < _geometry.Vertical.Output; row += _rows)
                    Band(i / _geometry.Groups, i % _geometry.Groups, row, Math.Min(_rows, _geometry.Vertical.Output - row));
            }
        }

        private void Band(int image, int group, int row, int rows)
        {
            int columns = rows * _geometry.Horizontal.Output, depth = _geometry.GroupInputs * _geometry.Window;
            ref float patches = ref PatchScratch.Take(ScratchLength);
            var weights = new MatrixSpan(
                ref Unsafe.Add(ref MemoryMarshal.GetReference(_whole._weights), (nint)group * _geometry.GroupOutputs * depth),
                _geometry.GroupOutputs,
                depth,
                depth);
            var gradient = new MatrixSpan(
                ref Unsafe.Add(
                    ref MemoryMarshal.GetReference(_whole._outputGradient),
                    ((nint)image * _geometry.OutputChannels + group * _geometry.GroupOutputs) * _geometry.OutputPlane
                    + row * _geometry.Horizontal.Output),
                _geometry.GroupOutputs,
                columns,
                _geometry.OutputPlane);
            for (int channel = 0; channel < _geometry.GroupInputs; channel += _channels)
            {
                int channels = Math.Min(_channels, _geometry.GroupInputs - channel), members = channels * _geometry.Window;
                var matrix = new MatrixSpan(ref patches, members, columns, columns);
                MatrixProduct.Alone<TFloat>(
                    weights.Block(0, channel * _geometry.Window, _geometry.GroupOutputs, members).Transposed,
                    gradient,
                    matrix,
                    accumulate: false);
                for (int i = 0; i < members; i++)
                {
                    int plane = image * _geometry.InputChannels + group * _geometry.GroupInputs + channel + i / _geometry.Window;
                    Scatter(matrix.RowSpan(i), plane, i % _geometry.Window, row, rows);
                }
            }
        }

        // Adds what one place of the window got from some rows of outputs.
        private void Scatter(ReadOnlySpan<float> patches, int plane, int place, int row, int rows)
        {
            (WindowAxis vertical, WindowAxis horizontal) = (_geometry.Vertical, _geometry.Horizontal);
            Span<float> target = _whole._inputGradient.Slice(plane * _geometry.InputPlane, _geometry.InputPlane);
            int top = place / horizontal.Kernel * vertical.Dilation - vertical.Padding;
            int left = place % horizontal.Kernel * horizontal.Dilation - horizontal.Padding;
            for (int y = 0; y < rows; y++)
            {
                int inputRow = (row + y) * vertical.Stride + top;
                if ((uint)inputRow >= (uint)vertical.Input)
                    continue;
                Span<float> to = target.Slice(inputRow * horizontal.Input, horizontal.Input);
                ReadOnlySpan<float> from = patches.Slice(y * horizontal.Output, horizontal.Output);
                for (int x = 0, at = left; x < from.Length; x++, at += horizontal.Stride)
                {
                    if ((uint)at < (uint)to.Length)
                        to[at] += from[x];
                }
            }
        }
    }
}
