using TensorEngine.Attentions;
using TensorEngine.Generators;
using TensorEngine.Numerics;

namespace TensorEngine.Autograd.Operations;

/// <content>Attention.</content>
public static partial class Functional
{
    /// <summary>
    /// softmax(scale · query · keyᵀ + mask) · value, as torch.nn.functional.scaled_dot_product_attention; see <see cref="Attention"/>
    /// for the order of its sums. The backward pass keeps two numbers per query and recomputes the weights.
    /// </summary>
    /// <param name="query">[..., queries, width]; all dimensions before the last two are heads.</param>
    /// <param name="key">[..., keys, width], with the same number of heads.</param>
    /// <param name="value">[..., keys, value width], with the same number of heads.</param>
    /// <param name="mask">
    /// Added to the scores; -infinity hides a key. [queries, keys], or with as many dimensions as <paramref name="query"/>, where those
    /// before the last two are the query's or 1. It may not need a gradient. Null (the default) for none. A query that sees no key gives 0.
    /// </param>
    /// <param name="causal">Whether query i sees only the keys up to i; false by default. With a mask, both apply.</param>
    /// <param name="scale">Null (the default) for 1 / sqrt(width); finite.</param>
    /// <param name="dropout">
    /// The probability of dropping a weight in training, at least 0 (the default) and below 1; the other weights are divided by the rest.
    /// </param>
    /// <param name="generator">
    /// The source of the dropped weights, as in <see cref="Dropout"/>; its position advances by heads · queries · keys. May be null only
    /// without dropout.
    /// </param>
    /// <returns>[..., queries, value width].</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not match, the mask needs a gradient, there is dropout without a generator, or the variables belong to different tapes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="scale"/> or <paramref name="dropout"/> is out of its range, or the generator's stream ends.
    /// </exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable ScaledDotProductAttention(
        this Variable query,
        Variable key,
        Variable value,
        Variable? mask = null,
        bool causal = false,
        double? scale = null,
        double dropout = 0,
        Philox? generator = null)
    {
        Shape queries = query.Shape, keys = key.Shape, values = value.Shape;
        int rank = queries.Rank;
        if (rank < 2 || keys.Rank != rank || queries.LastLength() != keys.LastLength()
            || !keys.Lengths[..^2].SequenceEqual(queries.Lengths[..^2]))
        {
            Mismatch.Throw(
                AttentionName, "query", queries, "key", keys, "query must be [..., queries, width] and key [..., keys, width]");
        }

        if (values.Rank != rank || !values.Lengths[..^1].SequenceEqual(keys.Lengths[..^1]))
        {
            Mismatch.Throw(
                AttentionName, "key", keys, "value", values, "key must be [..., keys, width] and value [..., keys, value width]");
        }

        int heads = rank > 2 ? queries[rank - 3] : 1;
        var shape = new HeadShape(
            Batch: queries.ElementsBetween(0, rank - 2) / heads,
            heads,
            queries[rank - 2],
            keys[rank - 2],
            queries.LastLength(),
            values.LastLength());
        AttentionOperation operation = OperationOf(query.Tape, shape, causal, scale, dropout, generator);
        Shape output = queries.WithLast(shape.ValueWidth);
        if (mask is not { } scores)
            return query.Tape.Record(operation, output, query, key, value);
        operation.Mask = MaskOf(shape, scores, rank);
        return query.Tape.Record(operation, output, query, key, value, scores);
    }

    /// <summary>
    /// Computes the attention of heads whose queries, keys and values are adjacent in the rows of one matrix, like the output of a
    /// transformer's projection, so that nothing is transposed. The result is bit-identical to that of
    /// <see cref="ScaledDotProductAttention(Variable, Variable, Variable, Variable?, bool, double?, double, Philox?)"/>.
    /// </summary>
    /// <param name="packed">
    /// [batch, time, 3 · columns]: the columns of all queries, then those of all keys, then those of all values, each head after head.
    /// </param>
    /// <param name="heads">The number of heads, which must divide the columns.</param>
    /// <param name="mask">
    /// Added to the scores: [time, time], or [batch or 1, heads or 1, time, time]. It may not need a gradient. Null (the default) for none.
    /// </param>
    /// <param name="causal">Whether each position sees only itself and earlier positions; false by default.</param>
    /// <param name="scale">Null (the default) for 1 / sqrt(columns / heads); finite.</param>
    /// <param name="dropout">The probability of dropping a weight in training: at least 0 (the default) and below 1.</param>
    /// <param name="generator">The source of the dropped weights. May be null only without dropout.</param>
    /// <returns>[batch, time, columns].</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not match, the mask needs a gradient, there is dropout without a generator, or the variables belong to different tapes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="heads"/>, <paramref name="scale"/> or <paramref name="dropout"/> is out of its range, or the generator's
    /// stream ends.
    /// </exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable ScaledDotProductAttention(
        this Variable packed,
        int heads,
        Variable? mask = null,
        bool causal = false,
        double? scale = null,
        double dropout = 0,
        Philox? generator = null)
    {
        HeadShape shape = HeadShape.OfPacked(AttentionName, packed.Shape, heads);
        AttentionOperation operation = OperationOf(packed.Tape, shape, causal, scale, dropout, generator);
        Shape output = packed.Shape.WithLast(shape.Columns);
        if (mask is not { } scores)
            return packed.Tape.Record(operation, output, packed);
        operation.Mask = MaskOf(shape, scores, 4);
        return packed.Tape.Record(operation, output, packed, scores);
    }

    private const string AttentionName = "scaled_dot_product_attention";

    private static AttentionOperation OperationOf(
        Tape tape, HeadShape shape, bool causal, double? scale, double dropout, Philox? generator)
    {
        HyperParameter.InUnitInterval(dropout, nameof(dropout));
        if (dropout > 0 && generator is null)
            throw new ArgumentException($"{AttentionName}: dropout is {dropout}, generator is null; dropout needs one.", nameof(generator));
        return new AttentionOperation(shape)
        {
            Causal = causal,
            Scale = HyperParameter.Finite(scale ?? 1 / Math.Sqrt(shape.Width), nameof(scale)),
            Dropout = tape.Training ? dropout : 0,
            Generator = tape.Training && dropout > 0 ? generator : null,
        };
    }

    private static MaskStrides MaskOf(HeadShape shape, Variable mask, int rank)
    {
        if (mask.RequiresGradient)
        {
            throw new ArgumentException(
                $"{AttentionName}: mask needs a gradient; record it as a constant.", nameof(mask));
        }

        Shape lengths = mask.Shape;
        int scores = shape.Queries * shape.Keys;
        bool fits = (lengths.Rank == 2 || lengths.Rank == rank) && lengths.Rank >= 2
            && lengths[lengths.Rank - 2] == shape.Queries && lengths.LastLength() == shape.Keys;
        if (fits)
        {
            int heads = lengths.Rank > 2 ? lengths[lengths.Rank - 3] : 1;
            int batch = lengths.ElementsBetween(0, lengths.Rank - 2) / heads;
            if ((heads == 1 || heads == shape.Heads) && (batch == 1 || batch == shape.Batch))
                return new(true, batch == 1 ? 0 : heads * scores, heads == 1 ? 0 : scores);
        }

        throw new ArgumentException(
            $"{AttentionName}: mask is {lengths}; it must be [{shape.Queries}, {shape.Keys}], or have {rank} dimensions of which those "
            + $"before the last two make {shape.Batch} or 1, and {shape.Heads} or 1.",
            nameof(mask));
    }

    private readonly record struct MaskStrides(bool Exists, int Batch, int Head);

    private struct AttentionOperation(HeadShape shape) : IOperation
    {
        private Kept<float> _largest;
        private Kept<float> _reciprocals;
        private long _position;

        public required bool Causal { get; init; }

        public required double Scale { get; init; }

        public required double Dropout { get; init; }

        public required Philox? Generator { get; init; }

        public MaskStrides Mask { get; set; }

        public void Forward(in ForwardContext context)
        {
            if (Generator is not null)
                _position = context.TakeDraws(Generator, (long)shape.HeadCount * shape.Queries * shape.Keys);

            Span<float> largest = [], reciprocals = [];
            if (context.Records)
            {
                largest = context.Span(_largest = context.Keep<float>(shape.HeadCount * shape.Queries));
                reciprocals = context.Span(_reciprocals = context.Keep<float>(largest.Length));
            }

            ReadOnlySpan<float> first = context.Input(0);
            AttentionHeads heads = shape.IsPacked
                ? Heads(first, first, first, Mask.Exists ? context.Input(1) : [])
                : Heads(first, context.Input(1), context.Input(2), Mask.Exists ? context.Input(3) : []);
            Attention.Forward(heads, largest, reciprocals, shape.Output(context.Output), context.Workers);
        }

        public readonly void Backward(in BackwardContext context)
        {
            ReadOnlySpan<float> first = context.Input(0);
            AttentionHeads heads = shape.IsPacked
                ? Heads(first, first, first, Mask.Exists ? context.Input(1) : [])
                : Heads(first, context.Input(1), context.Input(2), Mask.Exists ? context.Input(3) : []);
            MatrixBatchSpan query = default, key = default, value = default;
            bool adds = false;
            if (shape.IsPacked)
            {
                Span<float> all = context.InputGradient(0, out adds);
                query = shape.Part(all, 0);
                key = shape.Part(all, 1);
                value = shape.Part(all, 2);
            }
            else
            {
                if (context.Needs(0))
                    query = shape.Part(context.InputGradient(0), 0);
                if (context.Needs(1))
                    key = shape.Part(context.InputGradient(1), 1);
                if (context.Needs(2))
                    value = shape.Part(context.InputGradient(2), 2);
            }

            Attention.Gradient(
                heads,
                context.Span(_largest),
                context.Span(_reciprocals),
                shape.Output(context.Output),
                shape.Output(context.OutputGradient),
                query,
                key,
                value,
                adds,
                context.Workers);
        }

        private readonly AttentionHeads Heads(
            ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, ReadOnlySpan<float> mask) =>
            new(shape.Part(queries, 0), shape.Part(keys, 1), shape.Part(values, 2))
            {
                Scale = Scale,
                FirstPosition = Causal ? 0 : null,
                Mask = !Mask.Exists ? default : new ReadOnlyMatrixBatchSpan(
                    mask, shape.Batch, Mask.Batch, shape.Heads, Mask.Head, shape.Queries, shape.Keys, shape.Keys),
                Dropout = Dropout,
                Generator = Generator,
                DropoutPosition = _position,
            };
    }
}
