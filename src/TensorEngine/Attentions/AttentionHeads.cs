using TensorEngine.Generators;
using TensorEngine.Numerics;

namespace TensorEngine.Attentions;

/// <summary>
/// What the heads of an attention look at: for each head a matrix of queries, one of keys and one of values, where they are, and which
/// keys a query sees.
/// </summary>
public readonly ref struct AttentionHeads
{
    /// <summary>Heads that see all keys, with scores of queries · keysᵀ / sqrt(width).</summary>
    /// <param name="queries">For each head [queries, width], each row without gaps.</param>
    /// <param name="keys">As many of [keys, width].</param>
    /// <param name="values">As many of [keys, value width].</param>
    /// <exception cref="ArgumentException">Numbers or sides do not fit, or the elements of a row lie apart.</exception>
    public AttentionHeads(ReadOnlyMatrixBatchSpan queries, ReadOnlyMatrixBatchSpan keys, ReadOnlyMatrixBatchSpan values)
    {
        if (keys.Count != queries.Count || values.Count != queries.Count || keys.Columns != queries.Columns || values.Rows != keys.Rows)
        {
            throw new ArgumentException(
                $"queries is {queries.ToString()}, keys is {keys.ToString()}, values is {values.ToString()}; they must be as many, keys as "
                + "wide as queries, with a row of values for every key.",
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

    /// <summary>What scores are multiplied by: 1 / sqrt(width) at first. Finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite as a float.</exception>
    public double Scale
    {
        get;
        init => field = (float)HyperParameter.Finite(value, nameof(Scale));
    }

    /// <summary>
    /// The place of the first query among the keys, in a causal attention: query i sees the keys up to FirstPosition + i. Null (at first)
    /// where every query sees all keys. 0 is torch's is_causal; a number above it is for queries that go on behind keys which are there
    /// already.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? FirstPosition
    {
        get;
        init => field = value is { } position ? Require.AtLeast(0, position, nameof(FirstPosition)) : null;
    }

    /// <summary>
    /// For each head [queries, keys], added to the scores; -infinity hides a key. With strides of 0 heads share one. None at first.
    /// </summary>
    /// <exception cref="ArgumentException">There is another number of them, of other sides, or the elements of a row lie apart.</exception>
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

    /// <summary>How likely a weight is dropped, from 0 (at first) to below 1; the others are divided by what is left.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to below 1.</exception>
    public double Dropout
    {
        get;
        init => field = HyperParameter.InUnitInterval(value, nameof(Dropout));
    }

    /// <summary>
    /// Which weights are dropped: the weight of query i and key j of head h by the draw at <see cref="DropoutPosition"/> +
    /// (h · queries + i) · keys + j. It does not move on.
    /// </summary>
    public Philox? Generator { get; init; }

    /// <summary>The generator's position for the first weight.</summary>
    public long DropoutPosition { get; init; }

    internal int Count => Queries.Count;

    internal bool IsEmpty => Queries.Count == 0 || Queries.Rows == 0;

    /// <summary>How many keys a query sees, at least if the mask hides none.</summary>
    internal int Visible(int query) =>
        FirstPosition is { } first ? (int)Math.Min(Keys.Rows, (long)first + query + 1) : Keys.Rows;
}
