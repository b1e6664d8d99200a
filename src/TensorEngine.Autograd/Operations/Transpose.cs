namespace TensorEngine.Autograd.Operations;

/// <content>Dimensions in another order.</content>
public static partial class Functional
{
    /// <summary>Two dimensions exchanged, as torch.transpose; the elements are copied.</summary>
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
        _ = workers;
        (int first, int between, int second, int inner) = layout;
        int block = first * between * second * inner;
        for (int start = 0; start < source.Length; start += block)
            ExchangeBlock(source.Slice(start, block), destination.Slice(start, block), layout);
    }

    private static void ExchangeBlock(ReadOnlySpan<float> source, Span<float> destination, Layout layout)
    {
        // Tiles, so that lines of both sides stay in the cache.
        const int Tile = 16;
        (int first, int between, int second, int inner) = layout;
        for (int middle = 0; middle < between; middle++)
        {
            for (int tile = 0; tile < first; tile += Tile)
            {
                int end = Math.Min(tile + Tile, first);
                for (int j = 0; j < second; j++)
                {
                    for (int i = tile; i < end; i++)
                    {
                        int from = ((i * between + middle) * second + j) * inner, to = ((j * between + middle) * first + i) * inner;
                        if (inner == 1)
                            destination[to] = source[from];
                        else
                            source.Slice(from, inner).CopyTo(destination[to..]);
                    }
                }
            }
        }
    }
}
