using System.Numerics.Tensors;
using TensorEngine.Optimizers;

namespace TensorEngine.Autograd.Operations;

/// <content>Rows of a table.</content>
public static partial class Functional
{
    /// <summary>
    /// Returns the rows of a table with the given indices, as torch.nn.functional.embedding. The gradient of a row is the sum over the
    /// positions that refer to it, in their order.
    /// </summary>
    /// <param name="weight">The table, [rows, columns].</param>
    /// <param name="indices">The indices of the rows, each in [0, rows); a row may appear several times.</param>
    /// <param name="shape">The shape of the indices, such as [batch, length]; null (the default) for a single dimension.</param>
    /// <param name="sparse">
    /// The optimizer that steps the table, which must be a parameter, and that receives the rows with a gradient; null (the default) to add
    /// to the table's gradients, as for every parameter.
    /// </param>
    /// <param name="padding">
    /// An index whose row gets no gradient (padding_idx), such as that of the token that pads short sequences; null (the default) for none.
    /// </param>
    /// <returns>[..., columns], where ... is the shape of the indices.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="weight"/> does not have two dimensions; <paramref name="indices"/> is empty or its number of elements is not that of
    /// <paramref name="shape"/>; or, with <paramref name="sparse"/>, <paramref name="weight"/> is not a parameter.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An index, or <paramref name="padding"/>, is not one of a row.</exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="weight"/> is the default value or from before the last reset.
    /// </exception>
    public static Variable Embedding(
        this Variable weight, ReadOnlySpan<int> indices, Shape? shape = null, SparseAdam? sparse = null, int? padding = null)
    {
        Shape table = weight.Shape;
        if (table.Rank != 2)
            Mismatch.Throw("embedding", "weight", table, "it must be [rows, columns]");
        if (indices.IsEmpty)
            throw new ArgumentException("embedding: indices is empty; it must have at least one element.", nameof(indices));
        Shape places = shape ?? [indices.Length];
        if (places.ElementCount != indices.Length)
        {
            throw new ArgumentException(
                $"embedding: indices has {indices.Length} elements, shape is {places}; they must have the same number.", nameof(shape));
        }

        Require.Below(table[0], indices, nameof(indices));
        if (padding is { } row)
            Require.Row(table[0], row, nameof(padding));
        if (sparse is not null && weight.Tape.ParameterOf(weight) is null)
            throw new ArgumentException("embedding: weight is not a parameter; with sparse it must be one.", nameof(sparse));
        return weight.Tape.Record(
            new EmbeddingOperation(weight.Tape.Keep(indices), sparse, padding ?? -1), places.Append(table[1]), weight);
    }

    private readonly struct EmbeddingOperation(Kept<int> indices, SparseAdam? sparse, int padding) : IOperation
    {
        // About what a row and an element of it take.
        private const double NanosecondsPerRow = 5;
        private const double NanosecondsPerElement = 0.1;

        public void Forward(in ForwardContext context)
        {
            ReadOnlySpan<int> rows = context.Span(indices);
            int columns = context.InputShape(0)[1];
            var lookups = new Lookups(context.Input(0), rows, context.Output, columns);
            Repeated.Share(context.Workers, rows.Length, in lookups, NanosecondsPerRow + columns * NanosecondsPerElement);
        }

        public void Backward(in BackwardContext context)
        {
            ReadOnlySpan<int> rows = context.Span(indices);
            int columns = context.InputShape(0)[1];
            if (sparse is not null)
            {
                AddRows(sparse, in context, rows, columns);
                return;
            }

            Span<float> table = context.InputGradient(0, out bool adds);
            if (!adds)
                Strips.Run([], default, table, new(columns, 0), 0, StripMode.CopyIntoZeros, context.Workers);
            var sums = new RowSums(context.OutputGradient, rows, table, columns, padding, context.Workers?.ThreadCount ?? 1);
            double all = rows.Length * (NanosecondsPerRow + columns * NanosecondsPerElement);
            Repeated.Share(context.Workers, sums.Parts, in sums, all / sums.Parts);
        }

        // The optimizer is given every row but the padding's.
        private void AddRows(SparseAdam optimizer, in BackwardContext context, ReadOnlySpan<int> rows, int columns)
        {
            ReadOnlySpan<float> gradient = context.OutputGradient;
            Parameter table = context.InputParameter(0)!;
            if (!rows.Contains(padding))
            {
                optimizer.AddGradients(table, rows, gradient);
                return;
            }

            Span<int> others = context.Temporary<int>(rows.Length);
            Span<float> gradients = context.Temporary<float>(gradient.Length);
            int count = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                if (rows[i] == padding)
                    continue;
                others[count] = rows[i];
                gradient.Slice(i * columns, columns).CopyTo(gradients[(count++ * columns)..]);
            }

            if (count > 0)
                optimizer.AddGradients(table, others[..count], gradients[..(count * columns)]);
        }
    }

    /// <summary>Each part copies one row.</summary>
    private readonly ref struct Lookups(ReadOnlySpan<float> table, ReadOnlySpan<int> rows, Span<float> output, int columns) : IWork
    {
        private readonly ReadOnlySpan<float> _table = table;
        private readonly ReadOnlySpan<int> _rows = rows;
        private readonly Span<float> _output = output;

        public void Run(int part) => _table.Slice(_rows[part] * columns, columns).CopyTo(_output[(part * columns)..]);
    }

    /// <summary>
    /// Each part goes through all places, and takes some columns of some of the table's rows: every element is added up by one thread, in
    /// the order of the places.
    /// </summary>
    private readonly ref struct RowSums(
        ReadOnlySpan<float> gradient, ReadOnlySpan<int> rows, Span<float> table, int columns, int padding, int threads) : IWork
    {
        // A cache line, so that no two threads write to one.
        private const int LeastColumns = 16;

        private readonly ReadOnlySpan<float> _gradient = gradient;
        private readonly ReadOnlySpan<int> _rows = rows;
        private readonly Span<float> _table = table;

        // Wide parts of rows, and as many of the rows as that leaves.
        private readonly int _width = Math.Max(LeastColumns, (columns / threads + LeastColumns - 1) / LeastColumns * LeastColumns);

        public int Parts => PartsAcross * PartsDown;

        private int PartsAcross => (columns + _width - 1) / _width;

        private int PartsDown => (threads + PartsAcross - 1) / PartsAcross;

        public void Run(int part)
        {
            (int down, int across) = Math.DivRem(part, PartsAcross);
            int start = across * _width, length = Math.Min(_width, columns - start), partsDown = PartsDown;
            for (int i = 0; i < _rows.Length; i++)
            {
                int row = _rows[i];
                if (row == padding || (partsDown > 1 && row % partsDown != down))
                    continue;
                Span<float> sums = _table.Slice(row * columns + start, length);
                TensorPrimitives.Add(sums, _gradient.Slice(i * columns + start, length), sums);
            }
        }
    }
}
