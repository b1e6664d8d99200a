using TensorEngine.Generators;
using TensorEngine.Numerics;

namespace TensorEngine.Attentions;

/// <summary>
/// Describes the heads of an attention: for each head the matrices of queries, keys and values, their positions, and which keys a query
/// attends to.
/// </summary>
public readonly ref struct AttentionHeads
{
    /// <summary>Initializes heads that attend to all keys, with scores of queries · keysᵀ / sqrt(width).</summary>
    /// <param name="queries">For each head [queries, width], each row without gaps.</param>
    /// <param name="keys">The same number of [keys, width].</param>
    /// <param name="values">The same number of [keys, value width].</param>
    /// <exception cref="ArgumentException">Counts or shapes do not match, or a row has gaps.</exception>
    public AttentionHeads(ReadOnlyMatrixBatchSpan queries, ReadOnlyMatrixBatchSpan keys, ReadOnlyMatrixBatchSpan values)
    {
        if (keys.Count != queries.Count || values.Count != queries.Count || keys.Columns != queries.Columns || values.Rows != keys.Rows)
        {
            throw new ArgumentException(
                $"queries is {queries.ToString()}, keys is {keys.ToString()}, values is {values.ToString()}; they must have the "
                + "same number of matrices, keys the width of queries, and values a row for every key.",
                nameof(keys));
        }

        RequireHeads.Rows(queries, nameof(queries));
        RequireHeads.Rows(keys, nameof(keys));
        RequireHeads.Rows(values, nameof(values));
        Queries = queries;
        Keys = keys;
        Values = values;
        Scale = queries.Columns == 0 ? 1 : 1 / Math.Sqrt(queries.Columns);
    }

    /// <summary>For each head [queries, width].</summary>
    public ReadOnlyMatrixBatchSpan Queries { get; }

    /// <summary>For each head [keys, width].</summary>
    public ReadOnlyMatrixBatchSpan Keys { get; }

    /// <summary>For each head [keys, value width].</summary>
    public ReadOnlyMatrixBatchSpan Values { get; }

    /// <summary>Gets the factor of the scores; finite. The default is 1 / sqrt(width).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite as a float.</exception>
    public double Scale
    {
        get;
        init => field = (float)HyperParameter.Finite(value, nameof(Scale));
    }

    /// <summary>
    /// Gets the position of the first query among the keys in causal attention: query i attends to the keys up to FirstPosition + i. Null
    /// (the default) lets every query attend to all keys. 0 is torch's is_causal; a larger number is for queries that follow keys already
    /// computed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? FirstPosition
    {
        get;
        init => field = value is { } position ? Require.AtLeast(0, position, nameof(FirstPosition)) : null;
    }

    /// <summary>
    /// For each head [queries, keys], added to the scores; -infinity hides a key. With strides of 0, heads share one mask. The default is
    /// no mask.
    /// </summary>
    /// <exception cref="ArgumentException">The mask has another number of matrices, another shape, or a row has gaps.</exception>
    public ReadOnlyMatrixBatchSpan Mask
    {
        get;
        init
        {
            if (value.Count != 0 && (value.Count != Queries.Count || value.Rows != Queries.Rows || value.Columns != Keys.Rows))
            {
                throw new ArgumentException(
                    $"Mask is {value.ToString()}; there are {Queries.Count} heads with [{Queries.Rows}, {Keys.Rows}] scores.",
                    nameof(value));
            }

            RequireHeads.Rows(value, nameof(Mask));
            field = value;
        }
    }

    /// <summary>
    /// Gets the probability that a weight is dropped, from 0 (the default) to less than 1; the others are divided by the probability of
    /// being kept.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to less than 1.</exception>
    public double Dropout
    {
        get;
        init => field = HyperParameter.InUnitInterval(value, nameof(Dropout));
    }

    /// <summary>
    /// Gets the generator that selects the dropped weights: it draws the weight of query i and key j of head h at
    /// <see cref="DropoutPosition"/> + (h · queries + i) · keys + j. Its position does not change.
    /// </summary>
    public Philox? Generator { get; init; }

    /// <summary>The generator's position for the first weight.</summary>
    public long DropoutPosition { get; init; }

    internal int Count => Queries.Count;

    internal bool IsEmpty => Queries.Count == 0 || Queries.Rows == 0;

    /// <summary>Gets the number of keys a query attends to if the mask hides none.</summary>
    internal int Visible(int query) =>
        FirstPosition is { } first ? (int)Math.Min(Keys.Rows, (long)first + query + 1) : Keys.Rows;
}
