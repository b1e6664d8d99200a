namespace TensorEngine.Autograd.Operations;

/// <content>Positions as rotations.</content>
public static partial class Functional
{
    /// <summary>
    /// Rotates pairs of elements by angles that grow with the position, so that the product of a query and a key depends on their distance:
    /// (x, y) at pair i becomes (x cos - y sin, y cos + x sin). Queries and keys are rotated, values are not.
    /// </summary>
    /// <param name="input">
    /// [..., time, columns], with columns that are a multiple of the table's width: one head or several adjacent heads.
    /// </param>
    /// <param name="table">The angles.</param>
    /// <param name="heads">
    /// The number of heads to rotate, from the first; the columns after them do not change. Null (the default) for all. In packed queries,
    /// keys and values of h heads, use 2h.
    /// </param>
    /// <param name="position">The position of the first row; 0 by default.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="table"/> is null.</exception>
    /// <exception cref="ArgumentException">The columns are not a multiple of the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are fewer heads, or the table has fewer positions.
    /// </exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable RotaryEmbedding(this Variable input, RotaryTable table, int? heads = null, int position = 0)
    {
        ArgumentNullException.ThrowIfNull(table);
        Shape shape = input.Shape;
        if (shape.Rank < 2 || shape.LastLength() % table.Width != 0)
        {
            Mismatch.Throw(
                "rotary_embedding", "input", shape, $"it must be [..., time, columns] with a multiple of {table.Width} as columns");
        }

        int all = shape.LastLength() / table.Width, turned = heads ?? all, time = shape[shape.Rank - 2];
        if (turned < 1 || turned > all)
            throw new ArgumentOutOfRangeException(nameof(heads), heads, $"heads is {heads}; it must be at least 1 and at most {all}.");
        if (position < 0 || position > table.Positions - time)
        {
            throw new ArgumentOutOfRangeException(
                nameof(position), position, $"position is {position}, input is {shape}; the table has {table.Positions} positions.");
        }

        return input.Tape.Record(new RotaryOperation(table, turned * table.Width, time, position), shape, input);
    }

    private readonly struct RotaryOperation(RotaryTable table, int turned, int time, int position) : IOperation
    {
        // About what a pair takes.
        private const double NanosecondsPerElement = 0.7;

        public void Forward(in ForwardContext context) =>
            Run(context.Input(0), context.Output, context.OutputShape, false, context.Workers);

        public void Backward(in BackwardContext context) =>
            Run(context.OutputGradient, context.InputGradientInPlace(0), context.OutputShape, true, context.Workers);

        private void Run(ReadOnlySpan<float> from, Span<float> to, Shape shape, bool back, Workers? workers)
        {
            var rows = new TurnedRows(table, from, to, shape.LastLength(), turned, time, position, back);
            Repeated.Share(workers, from.Length / shape.LastLength(), in rows, shape.LastLength() * NanosecondsPerElement);
        }
    }

    private readonly ref struct TurnedRows(
        RotaryTable table, ReadOnlySpan<float> from, Span<float> to, int columns, int turned, int time, int position, bool back) : IWork
    {
        private readonly ReadOnlySpan<float> _from = from;
        private readonly Span<float> _to = to;

        public void Run(int part)
        {
            ReadOnlySpan<float> source = _from.Slice(part * columns, columns);
            Span<float> target = _to.Slice(part * columns, columns);
            table.Turn(source[..turned], target, position + part % time, back);
            source[turned..].CopyTo(target[turned..]);
        }
    }
}
