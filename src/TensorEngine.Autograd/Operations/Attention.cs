using TensorEngine.Attentions;
using TensorEngine.Generators;
using TensorEngine.Numerics;

namespace TensorEngine.Autograd.Operations;

/// <content>Attention.</content>
public static partial class Functional
{
    /// <summary>
    /// softmax(scale · query · keyᵀ + mask) · value, as torch.nn.functional.scaled_dot_product_attention; see
    /// <see cref="Attention"/> for the order of its sums. For the backward pass two numbers for each query are kept, and no weights: these
    /// are computed again.
    /// </summary>
    /// <param name="query">[..., queries, width]; all dimensions before the last two count heads.</param>
    /// <param name="key">[..., keys, width], with as many heads.</param>
    /// <param name="value">[..., keys, value width], with as many heads.</param>
    /// <param name="mask">
    /// Added to the scores, -infinity where a key is not to be seen: [queries, keys], or with as many dimensions as
    /// <paramref name="query"/>, each before the last two the query's or 1. It must need no gradient. Null (the default) for none. A query
    /// that sees no key gives 0.
    /// </param>
    /// <param name="causal">Whether query i sees the keys up to i alone; false by default. With a mask both count.</param>
    /// <param name="scale">Null (the default) for 1 / sqrt(width); finite.</param>
    /// <param name="dropout">
    /// How likely a weight is dropped while the tape trains, from 0 (the default) to below 1; the others are divided by what is left.
    /// </param>
    /// <param name="generator">
    /// Which weights are dropped, as in <see cref="Dropout"/>; its position moves on by heads · queries · keys. Null only
    /// without dropout.
    /// </param>
    /// <returns>[..., queries, value width].</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not fit, the mask needs a gradient, there is dropout without a generator, or the variables belong to different tapes.
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
    /// The attention of heads whose queries, keys and values lie side by side in the rows of one matrix, as a transformer's projection
    /// gives them, so that nothing is transposed: as
    /// <see cref="ScaledDotProductAttention(Variable, Variable, Variable, Variable?, bool, double?, double, Philox?)"/>, to the bit.
    /// </summary>
    /// <param name="packed">
    /// [batch, time, 3 · columns]: the columns of all queries, then those of all keys, then those of all values, each head after head.
    /// </param>
    /// <param name="heads">The number of heads, of which the columns are a multiple.</param>
    /// <param name="mask">
    /// Added to the scores: [time, time], or [batch or 1, heads or 1, time, time]. It must need no gradient. Null (the default) for none.
    /// </param>
    /// <param name="causal">Whether each place sees itself and those before alone; false by default.</param>
    /// <param name="scale">Null (the default) for 1 / sqrt(columns / heads); finite.</param>
    /// <param name="dropout">How likely a weight is dropped while the tape trains: from 0 (the default) to below 1.</param>
    /// <param name="generator">Which weights are dropped. Null only without dropout.</param>
    /// <returns>[batch, time, columns].</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not fit, the mask needs a gradient, there is dropout without a generator, or the variables belong to different tapes.
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
            throw new ArgumentException($"{AttentionName}: dropout is {dropout}, generator is null; dropout takes one.", nameof(generator));
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
