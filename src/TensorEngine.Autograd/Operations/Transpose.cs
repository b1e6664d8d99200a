namespace TensorEngine.Autograd.Operations;

/// <content>Dimensions in another order.</content>
public static partial class Functional
{
    /// <summary>Exchanges two dimensions, as torch.transpose; the elements are copied.</summary>
    /// <param name="input">At least two dimensions.</param>
    /// <param name="dimension">One dimension.</param>
    /// <param name="other">The other one.</param>
    /// <returns>The shape of <paramref name="input"/> with both lengths exchanged.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is not one of <paramref name="input"/>.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Transpose(this Variable input, int dimension, int other)
    {
        Shape shape = input.Shape;
        Require.Dimension(shape, dimension, nameof(dimension));
        Require.Dimension(shape, other, nameof(other));
        if (dimension == other)
            return input;
        (int first, int second) = (Math.Min(dimension, other), Math.Max(dimension, other));
        Span<int> lengths = stackalloc int[shape.Rank];
        shape.Lengths.CopyTo(lengths);
        (lengths[first], lengths[second]) = (lengths[second], lengths[first]);
        var layout = new Layout(shape[first], shape.ElementsBetween(first + 1, second), shape[second], shape.ElementsBetween(second + 1));
        return input.Tape.Record(new TransposeOperation(layout), Shape.Create(lengths), input);
    }

    /// <summary>[..., first, between, second, inner] gives [..., second, between, first, inner].</summary>
    private readonly struct TransposeOperation(Layout layout) : IOperation
    {
        public void Forward(in ForwardContext context) => Exchange(context.Input(0), context.Output, layout, context.Workers);

        public void Backward(in BackwardContext context) =>
            Exchange(context.OutputGradient, context.InputGradient(0), layout.Exchanged, context.Workers);
    }

    private readonly record struct Layout(int First, int Between, int Second, int Inner)
    {
        public Layout Exchanged => new(Second, Between, First, Inner);
    }

    private static void Exchange(ReadOnlySpan<float> source, Span<float> destination, Layout layout, Workers? workers)
    {
        var tiles = new Tiles(source, destination, layout);
        Repeated.Share(workers, tiles.Count, in tiles, Tiles.Side * Tiles.NanosecondsPerElement * layout.Second * layout.Inner);
    }

    /// <summary>Each part takes some adjacent indices of the first dimension, so that lines of both sides stay in the cache.</summary>
    private readonly ref struct Tiles(ReadOnlySpan<float> source, Span<float> destination, Layout layout) : IWork
    {
        public const int Side = 16;

        // About what one takes in the caches.
        public const double NanosecondsPerElement = 0.7;

        private readonly ReadOnlySpan<float> _source = source;
        private readonly Span<float> _destination = destination;

        public int Count => _source.Length / BlockLength * layout.Between * TilesOfFirst;

        private int BlockLength => layout.First * layout.Between * layout.Second * layout.Inner;

        private int TilesOfFirst => (layout.First - 1) / Side + 1;

        public void Run(int part)
        {
            (int first, int between, int second, int inner) = layout;
            (int rest, int tile) = Math.DivRem(part, TilesOfFirst);
            (int block, int middle) = Math.DivRem(rest, between);
            ReadOnlySpan<float> from = _source.Slice(block * BlockLength, BlockLength);
            Span<float> to = _destination.Slice(block * BlockLength, BlockLength);
            int start = tile * Side, end = Math.Min(start + Side, first);
            for (int j = 0; j < second; j++)
            {
                for (int i = start; i < end; i++)
                {
                    int old = ((i * between + middle) * second + j) * inner, place = ((j * between + middle) * first + i) * inner;
                    if (inner == 1)
                        to[place] = from[old];
                    else
                        from.Slice(old, inner).CopyTo(to[place..]);
                }
            }
        }
    }
}
