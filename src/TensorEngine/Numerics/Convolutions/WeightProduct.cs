using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// The gradient of a convolution's weights: for every block of patches the product of the patches and the output's gradient, summed
/// over the blocks. Blocks follow from the geometry alone; threads share the channels.
/// </summary>
internal readonly ref struct WeightProduct : ITileKernel
{
    public required ConvolutionGeometry Geometry { get; init; }

    public required ReadOnlySpan<float> Input { get; init; }

    public required ReadOnlySpan<float> OutputGradient { get; init; }

    public required Span<float> WeightGradient { get; init; }

    public required bool Accumulate { get; init; }

    public required Workers? Workers { get; init; }

    /// <summary>Does it all.</summary>
    public void Run()
    {
        WeightProduct own = this;
        LaneDispatch.Tile(ref own);
    }

    public void Run<TFloat>()
        where TFloat : struct, ITileLane<TFloat>
    {
        var parts = new Parts<TFloat>(this);
        // The calling thread's memory, so that a call like the first one allocates nothing.
        PatchScratch.Take(parts.ScratchLength);
        Workers.Run(Workers, ref parts, parts.Count);
    }

    private readonly ref struct Parts<TFloat> : IWork
        where TFloat : struct, ITileLane<TFloat>
    {
        // Part of the documented order: chains are this long at the most, unless a row is longer.
        private const int BlockPatches = 384;

        private const int BlockDepth = 384;
        private const int MultiplicationsPerNanosecond = 32;
        private const int LeastOutputs = 32;

        private readonly WeightProduct _whole;
        private readonly ConvolutionGeometry _geometry;
        private readonly Patches _patches;
        private readonly int _plane;
        private readonly int _images;
        private readonly int _rows;
        private readonly int _channels;
        private readonly int _outputs;
        private readonly int _partsDown;
        private readonly int _partsAcross;

        public Parts(WeightProduct whole)
        {
            _whole = whole;
            _geometry = whole.Geometry;
            _patches = new(PatchAxis.Of(_geometry.Vertical), PatchAxis.Of(_geometry.Horizontal));
            _plane = _geometry.OutputPlane;
            _images = Math.Clamp(BlockPatches / _plane, 1, _geometry.Batch);
            _rows = Math.Clamp(BlockPatches / _geometry.Horizontal.Output, 1, _geometry.Vertical.Output);

            int most = 1;
            if (whole.Workers is { ThreadCount: > 1 })
            {
                double multiplications = (double)_geometry.WeightLength * _geometry.Batch * _plane;
                most = Workers.PartsFor(whole.Workers, (long)(multiplications / MultiplicationsPerNanosecond));
                most = Math.Min(most, whole.Workers.ThreadCount);
            }

            // Input channels first: a part then takes patches that no other part does.
            _channels = Math.Clamp(BlockDepth / _geometry.Window, 1, _geometry.GroupInputs);
            int perPart = (_geometry.GroupInputs * _geometry.Groups + most - 1) / most;
            _channels = Math.Clamp(perPart, 1, _channels);
            _partsDown = ((_geometry.GroupInputs - 1) / _channels + 1) * _geometry.Groups;
            int across = Math.Clamp(most / _partsDown, 1, Math.Max(1, _geometry.GroupOutputs / LeastOutputs));
            _outputs = (_geometry.GroupOutputs + across - 1) / across;
            _partsAcross = (_geometry.GroupOutputs - 1) / _outputs + 1;
            Count = _partsDown * _partsAcross;
        }

        /// <summary>How many parts there are.</summary>
        public int Count { get; }

        /// <summary>The floats that a part works with.</summary>
        public long ScratchLength =>
            (long)_patches.ScratchLength(_rows)
            + (long)Depth * Patches.RowStride(MostColumns)
            + (long)_outputs * Patches.RowStride(MostColumns)
            + 2L * Depth * _outputs
            + 4 * AlignedBuffer.Alignment;

        private int MostColumns => _images * _rows * _geometry.Horizontal.Output;

        private int Depth => _channels * _geometry.Window;

        public void Run(int part)
        {
            int across = part % _partsAcross, down = part / _partsAcross, perGroup = _partsDown / _geometry.Groups;
            int group = down / perGroup, channel = down % perGroup * _channels, output = across * _outputs;
            Sum(
                group,
                channel,
                Math.Min(_channels, _geometry.GroupInputs - channel),
                output,
                Math.Min(_outputs, _geometry.GroupOutputs - output));
        }

        private void Sum(int group, int channel, int channels, int output, int outputs)
        {
            int depth = channels * _geometry.Window;
            ref float sums = ref PatchScratch.Take(ScratchLength);
            ref float total = ref Unsafe.Add(ref sums, (nint)Depth * _outputs);
            ref float matrix = ref Unsafe.Add(ref total, (nint)Depth * _outputs);
            Span<float> totals = MemoryMarshal.CreateSpan(ref total, depth * outputs);
            bool first = true;
            for (int image = 0; image < _geometry.Batch; image += _images)
            {
                for (int row = 0; row < _geometry.Vertical.Output; row += _rows)
                {
                    // The first block's sums are the totals so far.
                    var block = new MatrixSpan(ref first ? ref total : ref sums, depth, outputs, outputs);
                    Block(
                        block,
                        ref matrix,
                        image,
                        Math.Min(_images, _geometry.Batch - image),
                        row,
                        Math.Min(_rows, _geometry.Vertical.Output - row),
                        group * _geometry.GroupInputs + channel,
                        channels,
                        group * _geometry.GroupOutputs + output);
                    if (!first)
                        Combine.AddScaled(totals, 1, block.Span);
                    first = false;
                }
            }

            var gradient = new MatrixSpan(
                ref Unsafe.Add(
                    ref MemoryMarshal.GetReference(_whole.WeightGradient),
                    ((nint)(group * _geometry.GroupOutputs + output) * _geometry.GroupInputs + channel) * _geometry.Window),
                outputs,
                depth,
                (nint)_geometry.GroupInputs * _geometry.Window);
            for (int i = 0; i < outputs; i++)
            {
                Span<float> elements = gradient.RowSpan(i);
                for (int k = 0; k < elements.Length; k++)
                    elements[k] = _whole.Accumulate ? elements[k] + totals[k * outputs + i] : totals[k * outputs + i];
            }
        }

        // sums = patches * (output's gradient)ᵀ of some images or some rows.
        private void Block(
            MatrixSpan sums, ref float matrix, int image, int images, int row, int rows, int channel, int channels, int output)
        {
            int width = _geometry.Horizontal.Output, patches = rows * width, columns = images * patches;
            int rowStride = Patches.RowStride(columns);
            ref float beside = ref Unsafe.Add(ref matrix, (nint)Depth * Patches.RowStride(MostColumns));
            ref float plane = ref Unsafe.Add(ref beside, (nint)_outputs * Patches.RowStride(MostColumns) + AlignedBuffer.Alignment);
            nint inputStride = (nint)_geometry.InputChannels * _geometry.InputPlane;
            ref float input = ref Unsafe.Add(
                ref MemoryMarshal.GetReference(_whole.Input), image * inputStride + (nint)channel * _geometry.InputPlane);
            // The places of one image, if nothing else is a patch, need not be laid out.
            bool isPlain = images == 1 && _patches.Vertical.IsPlain && _patches.Horizontal.IsPlain;
            if (!isPlain)
                _patches.Write<TFloat>(ref input, inputStride, images, channels, row, rows, ref matrix, rowStride, ref plane);
            MatrixSpan inputs = isPlain
                ? new(ref Unsafe.Add(ref input, (nint)row * width), channels, columns, _geometry.InputPlane)
                : new(ref matrix, sums.Rows, columns, rowStride);

            nint outputStride = (nint)_geometry.OutputChannels * _plane;
            ref float gradient = ref Unsafe.Add(
                ref MemoryMarshal.GetReference(_whole.OutputGradient), image * outputStride + (nint)output * _plane + row * width);
            if (images > 1)
                Gather(ref gradient, outputStride, images, sums.Columns, ref beside, rowStride);
            MatrixSpan gradients = images > 1
                ? new(ref beside, sums.Columns, columns, rowStride)
                : new(ref gradient, sums.Columns, columns, _plane);
            ProductBlocks.Multiply<TFloat>(inputs, gradients.Transposed, sums, accumulate: false);
        }

        // Images side by side.
        private void Gather(ref float gradient, nint outputStride, int images, int outputs, ref float beside, nint rowStride)
        {
            for (int output = 0; output < outputs; output++)
            {
                for (int image = 0; image < images; image++)
                {
                    Patches.Copy<TFloat>(
                        ref Unsafe.Add(ref gradient, image * outputStride + (nint)output * _plane),
                        ref Unsafe.Add(ref beside, output * rowStride + (nint)image * _plane),
                        _plane);
                }
            }
        }
    }
}
