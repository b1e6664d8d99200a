using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Attentions;

/// <summary>
/// Computes scaled dot-product attention of many heads, and its gradients:
/// <code>
/// weights = softmax(scale · queries · keysᵀ + mask)
/// output  = weights · values
/// </code>
/// as torch.nn.functional.scaled_dot_product_attention does. It processes the queries of a head block by block: only the weights of one
/// block are in memory at a time, and the gradients recompute the weights they need.
/// </summary>
/// <remarks>
/// A score is one chain of fused multiply-adds over the width ascending; the sum of a row's exponentials is accumulated in double in the
/// order of <see cref="Reduction"/>; an output is one chain over the keys ascending, divided by that sum. A query's output therefore
/// depends only on its own row and the keys it attends to: not on the width of registers, on threads, or on the other queries in the same
/// call. NaN and infinities follow that arithmetic (a weight of 0 times NaN is NaN, so NaN among the values of keys that a query does not
/// attend to may reach its output), but a query whose mask hides all keys has an output and gradients of 0. Heads are distributed over
/// threads. A thread allocates a buffer of up to 2 · 32 · keys floats the first time it needs one that large, and nothing afterward.
/// Source: Vaswani et al., Attention is all you need, 2017; Dao et al., FlashAttention, 2022.
/// </remarks>
public static class Attention
{
    /// <summary>
    /// Computes the output, and the two numbers for each query from which the backward pass recomputes its weights. Error at most
    /// 4 + |score - largest| units in the last place of the largest value, as long as scores are exact.
    /// </summary>
    /// <param name="heads">Queries, keys and values.</param>
    /// <param name="largest">[heads, queries]: the largest score of every query, or empty if no gradient is needed.</param>
    /// <param name="reciprocals">
    /// [heads, queries]: 1 / the sum of every query's e^(score - largest), or empty if no gradient is needed.
    /// </param>
    /// <param name="output">For each head [queries, value width], each row without gaps, not overlapping the inputs.</param>
    /// <param name="workers">The threads that share many heads, or null (the default) to use only the calling thread.</param>
    /// <exception cref="ArgumentException">
    /// Counts or shapes do not match, a row has gaps, the output has an element twice or overlaps an input, or dropout has no generator.
    /// </exception>
    public static void Forward(
        in AttentionHeads heads, Span<float> largest, Span<float> reciprocals, MatrixBatchSpan output, Workers? workers = null)
    {
        RequireHeads.Result(heads, output, nameof(output), heads.Queries, heads.Values.Columns, nameof(heads.Queries));
        if (!largest.IsEmpty || !reciprocals.IsEmpty)
        {
            RequireHeads.PerQuery(heads, largest, nameof(largest));
            RequireHeads.PerQuery(heads, reciprocals, nameof(reciprocals));
        }

        RequireGenerator(heads);
        if (heads.IsEmpty)
            return;
        WorkParts parts = Workers.Divide(workers, heads.Count, Nanoseconds(heads, products: 2), unit: 1);
        ScoreScratch.Reserve(heads);
        var work = new ForwardHeads(heads, largest, reciprocals, output, parts);
        Workers.Run(workers, ref work, parts.Count);
    }

    /// <summary>
    /// Computes the gradients with respect to queries, keys and values, or only those requested:
    /// <code>
    /// valueGradient = weightsᵀ · outputGradient
    /// scores        = weights * (outputGradient · valuesᵀ - (sum of outputGradient * output over the row)) * scale
    /// queryGradient = scores · keys
    /// keyGradient   = scoresᵀ · queries
    /// </code>
    /// Sums over queries are chains over ascending queries.
    /// </summary>
    /// <param name="heads">The argument passed to <see cref="Forward"/>.</param>
    /// <param name="largest">The result of <see cref="Forward"/>.</param>
    /// <param name="reciprocals">The result of <see cref="Forward"/>.</param>
    /// <param name="output">The result of <see cref="Forward"/>.</param>
    /// <param name="outputGradient">For each head [queries, value width], each row without gaps.</param>
    /// <param name="queryGradient">For each head [queries, width], or default if it is not needed.</param>
    /// <param name="keyGradient">For each head [keys, width], or default if it is not needed.</param>
    /// <param name="valueGradient">For each head [keys, value width], or default if it is not needed.</param>
    /// <param name="accumulate">Whether to add to the gradients instead of overwriting them.</param>
    /// <param name="workers">The threads that share many heads, or null (the default) to use only the calling thread.</param>
    /// <exception cref="ArgumentException">
    /// Counts or shapes do not match, a row has gaps, a gradient has an element twice or overlaps an input, or dropout has no generator.
    /// </exception>
    public static void Gradient(
        in AttentionHeads heads,
        ReadOnlySpan<float> largest,
        ReadOnlySpan<float> reciprocals,
        ReadOnlyMatrixBatchSpan output,
        ReadOnlyMatrixBatchSpan outputGradient,
        MatrixBatchSpan queryGradient,
        MatrixBatchSpan keyGradient,
        MatrixBatchSpan valueGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        RequireHeads.PerQuery(heads, largest, nameof(largest));
        RequireHeads.PerQuery(heads, reciprocals, nameof(reciprocals));
        RequireOutput(heads, output, nameof(output));
        RequireOutput(heads, outputGradient, nameof(outputGradient));
        RequireGradient(heads, queryGradient, nameof(queryGradient), heads.Queries, nameof(heads.Queries), output, outputGradient);
        RequireGradient(heads, keyGradient, nameof(keyGradient), heads.Keys, nameof(heads.Keys), output, outputGradient);
        RequireGradient(heads, valueGradient, nameof(valueGradient), heads.Values, nameof(heads.Values), output, outputGradient);
        RequireGenerator(heads);
        if (heads.Count == 0)
            return;
        WorkParts parts = Workers.Divide(workers, heads.Count, Nanoseconds(heads, products: 5), unit: 1);
        ScoreScratch.Reserve(heads);
        var work = new GradientHeads(
            heads, largest, reciprocals, output, outputGradient, queryGradient, keyGradient, valueGradient, accumulate, parts);
        Workers.Run(workers, ref work, parts.Count);
    }

    // Products, and an exponential for every score.
    private static double Nanoseconds(in AttentionHeads heads, int products)
    {
        double scores = (double)heads.Queries.Rows * heads.Keys.Rows;
        double perScore = (double)products * Math.Max(heads.Keys.Columns, heads.Values.Columns);
        return scores * (perScore / ProductParts<Lanes.FloatLane1>.MultiplicationsPerNanosecond + 0.5) + 100;
    }

    private static void RequireOutput(in AttentionHeads heads, ReadOnlyMatrixBatchSpan matrices, string name)
    {
        if (matrices.Count != heads.Count || matrices.Rows != heads.Queries.Rows || matrices.Columns != heads.Values.Columns)
        {
            throw new ArgumentException(
                $"{name} is {matrices.ToString()}; it must be {heads.Count} of [{heads.Queries.Rows}, {heads.Values.Columns}].", name);
        }

        RequireHeads.Rows(matrices, name);
    }

    private static void RequireGradient(
        in AttentionHeads heads,
        MatrixBatchSpan gradient,
        string name,
        ReadOnlyMatrixBatchSpan like,
        string likeName,
        ReadOnlyMatrixBatchSpan output,
        ReadOnlyMatrixBatchSpan outputGradient)
    {
        if (gradient.Count == 0 && heads.Count != 0)
            return;
        RequireHeads.Result(heads, gradient, name, like, like.Columns, likeName);
        Require.Apart(gradient.Span, output.View.Span, name, nameof(output));
        Require.Apart(gradient.Span, outputGradient.View.Span, name, nameof(outputGradient));
    }

    private static void RequireGenerator(in AttentionHeads heads)
    {
        if (heads.Dropout > 0 && heads.Generator is null)
            throw new ArgumentException($"heads has a Dropout of {heads.Dropout} and no Generator; dropout takes one.", nameof(heads));
    }
}
