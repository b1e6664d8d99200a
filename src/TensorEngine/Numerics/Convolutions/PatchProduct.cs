using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Numerics.Convolutions;

/// <summary>
/// The product of weights and patches, of which convolutions consist: for every image and group
/// <code>
/// target[o, patch] = start[o, patch] + sum over channels and places of the window of weights[o, ...] * patches[..., patch]
/// </code>
/// one chain for every element, whatever falls into parts. The start is a bias, what the target has, or 0.
/// </summary>
internal readonly ref struct PatchProduct : ITileKernel
{
    /// <summary>How the patches are taken.</summary>
    public required Patches Patches { get; init; }

    /// <summary>How many images.</summary>
    public required int Images { get; init; }

    /// <summary>How many groups.</summary>
    public required int Groups { get; init; }

    /// <summary>The channels of a group of the source.</summary>
    public required int Channels { get; init; }

    /// <summary>The channels of a group of the target.</summary>
    public required int Outputs { get; init; }

    /// <summary>[images, groups, channels, height, width].</summary>
    public required ReadOnlySpan<float> Source { get; init; }

    /// <summary>[groups, outputs, channels, places of the window].</summary>
    public required ReadOnlySpan<float> Weights { get; init; }

    /// <summary>[groups, outputs], or nothing.</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>[images, groups, outputs, patches].</summary>
    public required Span<float> Target { get; init; }

    /// <summary>Whether the chains start from what the target has.</summary>
    public bool Accumulate { get; init; }

    /// <summary>The threads, or null.</summary>
    public Workers? Workers { get; init; }

    /// <summary>Does it all.</summary>
    public void Run()
    {
        PatchProduct own = this;
        LaneDispatch.Tile(ref own);
    }

    public void Run<TFloat>()
        where TFloat : struct, ITileLane<TFloat>
    {
        var parts = new Parts<TFloat>(this);
        parts.Reserve();
        Workers.Run(Workers, ref parts, parts.Count);
    }

    private readonly ref struct Parts<TFloat> : IWork
        where TFloat : struct, ITileLane<TFloat>
    {
        // A block's patches stay in the second-level cache while the weights go over them.
        private const int BlockFloats = 96 * 1024;
        private const int BlockDepth = 384;
        private const int FewestPatches = 256;
        private const int MostPatches = 2048;

        // Targets of several images that are computed side by side stay there, too.
        private const int BesideFloats = 16 * 1024;
        private const int AlignedPlane = 256;

        // What one core does in a nanosecond, about.
        private const int MultiplicationsPerNanosecond = 32;
        private const int PartsPerThread = 4;

        // Planes from which on a product by themselves is worth its call.
        private const int LeastPlane = 64;

        private readonly PatchProduct _whole;
        private readonly bool _isPlain;
        private readonly int _plane;
        private readonly int _depth;
        private readonly int _images;
        private readonly int _rows;
        private readonly int _channels;
        private readonly int _bands;
        private readonly int _blocks;

        public Parts(PatchProduct whole)
        {
            _whole = whole;
            (PatchAxis vertical, PatchAxis horizontal) = (whole.Patches.Vertical, whole.Patches.Horizontal);
            _plane = vertical.Output * horizontal.Output;
            _depth = whole.Channels * whole.Patches.Window;
            _isPlain = vertical.IsPlain && horizontal.IsPlain && _plane >= LeastPlane;
            _channels = _isPlain ? whole.Channels : Math.Clamp(BlockDepth / whole.Patches.Window, 1, whole.Channels);
            int patches = Math.Clamp(BlockFloats / Math.Min(_depth, BlockDepth), FewestPatches, MostPatches);
            int bands = Math.Clamp((_plane + patches / 2) / patches, 1, vertical.Output);
            _rows = (vertical.Output + bands - 1) / bands;
            _bands = (vertical.Output - 1) / _rows + 1;
            int together = Math.Clamp(BesideFloats / whole.Outputs, FewestPatches, patches);
            _images = _bands > 1 || _isPlain ? 1 : Math.Clamp((together + _plane / 2) / _plane, 1, whole.Images);
            if (whole.Workers is { ThreadCount: > 1 })
            {
                double multiplications = (double)whole.Target.Length * _depth;
                int parts = Workers.PartsFor(whole.Workers, (long)(multiplications / MultiplicationsPerNanosecond));
                parts = Math.Min(parts, whole.Workers.ThreadCount * PartsPerThread);
                _images = Math.Clamp(whole.Images * whole.Groups / parts, 1, _images);
                Count = parts;
            }
            else
            {
                Count = 1;
            }

            _blocks = ((whole.Images - 1) / _images + 1) * _bands * whole.Groups;
            Count = Math.Min(Count, _blocks);
        }

        /// <summary>How many parts there are.</summary>
        public int Count { get; }

        private int MostColumns => _images * _rows * _whole.Patches.Horizontal.Output;

        // Targets of several images are computed side by side, and so are those whose rows, a power of two apart, would all want the same
        // places of the cache.
        private bool IsBeside => _images > 1 || _plane % AlignedPlane == 0;

        /// <summary>Gives the calling thread its memory, so that a call like the first one allocates nothing.</summary>
        public void Reserve() => PatchScratch.Take(ScratchLength);

        private long ScratchLength =>
            (_isPlain ? 0 : _whole.Patches.ScratchLength(_rows) + (long)_channels * _whole.Patches.Window * Patches.RowStride(MostColumns))
            + (IsBeside ? (long)_whole.Outputs * Patches.RowStride(MostColumns) : 0)
            + 2 * AlignedBuffer.Alignment;

        public void Run(int part)
        {
            int first = (int)((long)_blocks * part / Count), end = (int)((long)_blocks * (part + 1) / Count);
            for (int block = first; block < end; block++)
            {
                int band = block % _bands, group = block / _bands % _whole.Groups, image = block / _bands / _whole.Groups * _images;
                int row = band * _rows;
                Block(
                    image,
                    Math.Min(_images, _whole.Images - image),
                    group,
                    row,
                    Math.Min(_rows, _whole.Patches.Vertical.Output - row));
            }
        }

        private void Block(int image, int images, int group, int row, int rows)
        {
            int window = _whole.Patches.Window, width = _whole.Patches.Horizontal.Output;
            int patches = rows * width, columns = images * patches;
            int rowStride = Patches.RowStride(columns), sourcePlane = _whole.Patches.Vertical.Input * _whole.Patches.Horizontal.Input;
            ref float matrix = ref PatchScratch.Take(ScratchLength);
            ref float plane = ref Unsafe.Add(ref matrix, _isPlain ? 0 : (nint)_channels * window * rowStride);
            ref float beside = ref Unsafe.Add(ref plane, _isPlain ? 0 : _whole.Patches.ScratchLength(rows) + AlignedBuffer.Alignment);
            ref float target = ref Unsafe.Add(
                ref MemoryMarshal.GetReference(_whole.Target),
                ((nint)image * _whole.Groups + group) * _whole.Outputs * _plane + row * width);
            nint imageStride = (nint)_whole.Groups * _whole.Outputs * _plane;
            MatrixSpan sums = IsBeside
                ? new(ref beside, _whole.Outputs, columns, rowStride)
                : new(ref target, _whole.Outputs, columns, _plane);
            bool started = Start(sums, ref target, imageStride, patches, group);

            nint sourceStride = (nint)_whole.Groups * _whole.Channels * sourcePlane;
            ref float source = ref Unsafe.Add(
                ref MemoryMarshal.GetReference(_whole.Source), image * sourceStride + (nint)group * _whole.Channels * sourcePlane);
            var weights = new MatrixSpan(
                ref Unsafe.Add(ref MemoryMarshal.GetReference(_whole.Weights), (nint)group * _whole.Outputs * _depth),
                _whole.Outputs,
                _depth,
                _depth);
            if (_isPlain)
            {
                // The rows of the source are the matrix.
                var planes = new MatrixSpan(ref Unsafe.Add(ref source, (nint)row * width), _whole.Channels, columns, sourcePlane);
                MatrixProduct.Alone<TFloat>(weights, planes, sums, started);
                if (IsBeside)
                    Copy(sums, ref target, imageStride, patches, toTarget: true);
                return;
            }

            for (int channel = 0, channels; channel < _whole.Channels; channel += channels)
            {
                channels = Math.Min(_channels, _whole.Channels - channel);
                _whole.Patches.Write<TFloat>(
                    ref Unsafe.Add(ref source, (nint)channel * sourcePlane),
                    sourceStride,
                    images,
                    channels,
                    row,
                    rows,
                    ref matrix,
                    rowStride,
                    ref plane);
                MatrixProduct.Alone<TFloat>(
                    weights.Block(0, channel * window, _whole.Outputs, channels * window),
                    new MatrixSpan(ref matrix, channels * window, columns, rowStride),
                    sums,
                    started || channel > 0);
            }

            if (IsBeside)
                Copy(sums, ref target, imageStride, patches, toTarget: true);
        }

        // What the chains start from, other than 0.
        private bool Start(MatrixSpan sums, ref float target, nint imageStride, int patches, int group)
        {
            if (_whole.Accumulate)
            {
                if (IsBeside)
                    Copy(sums, ref target, imageStride, patches, toTarget: false);
                return true;
            }

            if (_whole.Bias.IsEmpty)
                return false;
            for (int output = 0; output < _whole.Outputs; output++)
                sums.RowSpan(output).Fill(_whole.Bias[group * _whole.Outputs + output]);
            return true;
        }

        private void Copy(MatrixSpan sums, ref float target, nint imageStride, int patches, bool toTarget)
        {
            for (int output = 0; output < sums.Rows; output++)
            {
                ref float elements = ref Unsafe.Add(ref target, (nint)output * _plane);
                for (int column = 0; column < sums.Columns; column += patches)
                {
                    if (toTarget)
                        Patches.Copy<TFloat>(ref sums.At(output, column), ref elements, patches);
                    else
                        Patches.Copy<TFloat>(ref elements, ref sums.At(output, column), patches);
                    elements = ref Unsafe.Add(ref elements, imageStride);
                }
            }
        }
    }
}
