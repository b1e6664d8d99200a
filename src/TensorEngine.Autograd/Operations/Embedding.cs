using TensorEngine.Numerics;
using TensorEngine.Optimizers;

namespace TensorEngine.Autograd.Operations;

/// <content>Rows of a table.</content>
public static partial class Functional
{
    /// <summary>
    /// The rows of a table with the given indices, as torch.nn.functional.embedding. The gradient of a row is the sum over the places that
    /// have it, in their order.
    /// </summary>
    /// <param name="weight">The table, [rows, columns].</param>
    /// <param name="indices">Which rows, each in [0, rows); any of them several times.</param>
    /// <param name="shape">How the indices are arranged, such as [batch, length]; null (the default) for one after the other.</param>
    /// <param name="sparse">
    /// The optimizer that steps the table, a parameter, and is given the rows that have a gradient; null (the default) to add to the
    /// table's gradients as with every parameter.
    /// </param>
    /// <returns>[..., columns], where ... is the shape of the indices.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="weight"/> is not of two dimensions; <paramref name="indices"/> is empty or has another number of elements than
    /// <paramref name="shape"/>; or with <paramref name="sparse"/> <paramref name="weight"/> is no parameter.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not one of a row.</exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="weight"/> is the default value or from before the last reset.
    /// </exception>
    public static Variable Embedding(this Variable weight, ReadOnlySpan<int> indices, Shape? shape = null, SparseAdam? sparse = null)
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
        if (sparse is not null && weight.Tape.ParameterOf(weight) is null)
            throw new ArgumentException("embedding: weight is no parameter; only a parameter's rows go to an optimizer.", nameof(sparse));
        return weight.Tape.Record(
            new EmbeddingOperation(weight.Tape.Keep(indices), sparse), places.Append(table[1]), weight);
    }

    private readonly struct EmbeddingOperation(Kept<int> indices, SparseAdam? sparse) : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            ReadOnlySpan<float> table = context.Input(0);
            Span<float> output = context.Output;
            int columns = context.InputShape(0)[1];
            foreach (int row in context.Span(indices))
            {
                table.Slice(row * columns, columns).CopyTo(output);
                output = output[columns..];
            }
        }

        public void Backward(in BackwardContext context)
        {
            ReadOnlySpan<float> gradient = context.OutputGradient;
            ReadOnlySpan<int> rows = context.Span(indices);
            if (sparse is not null)
            {
                sparse.AddGradients(context.InputParameter(0)!, rows, gradient);
                return;
            }

            Span<float> table = context.InputGradient(0, out bool adds);
            if (!adds)
                table.Clear();
            int columns = context.InputShape(0)[1];
            for (int i = 0; i < rows.Length; i++)
                Combine.AddScaled(table.Slice(rows[i] * columns, columns), 1, gradient.Slice(i * columns, columns));
        }
    }
}
