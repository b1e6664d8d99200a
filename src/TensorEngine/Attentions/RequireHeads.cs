using TensorEngine.Numerics;

namespace TensorEngine.Attentions;

/// <summary>Checks of matrices that belong to heads.</summary>
internal static class RequireHeads
{
    /// <summary>Checks that rows have no gaps.</summary>
    public static void Rows(ReadOnlyMatrixBatchSpan matrices, string name)
    {
        if (matrices.Count > 0)
            RequireMatrix.ByRows(matrices.View.At(0), name);
    }

    /// <summary>Checks matrices to write: they must match others in number and shape, and share no memory with the inputs.</summary>
    public static void Result(
        in AttentionHeads heads, MatrixBatchSpan result, string name, ReadOnlyMatrixBatchSpan like, int columns, string likeName)
    {
        if (result.Count != like.Count || result.Rows != like.Rows || result.Columns != columns)
        {
            throw new ArgumentException(
                $"{name} is {result.ToString()}; with {likeName} {like.ToString()} it must be {like.Count} of [{like.Rows}, {columns}].",
                name);
        }

        Rows(result, name);
        if (result.MayOverlapItself)
            throw new ArgumentException($"{name} has elements that share memory.", name);
        Require.Apart(result.Span, heads.Queries.View.Span, name, nameof(heads.Queries));
        Require.Apart(result.Span, heads.Keys.View.Span, name, nameof(heads.Keys));
        Require.Apart(result.Span, heads.Values.View.Span, name, nameof(heads.Values));
        Require.Apart(result.Span, heads.Mask.View.Span, name, nameof(heads.Mask));
    }

    /// <summary>Checks that there is a number for every query of every head.</summary>
    public static void PerQuery(in AttentionHeads heads, ReadOnlySpan<float> numbers, string name)
    {
        if (numbers.Length != (long)heads.Queries.Count * heads.Queries.Rows)
        {
            throw new ArgumentException(
                $"{name} has {numbers.Length} elements, Queries is {heads.Queries.ToString()}; {name} must have one for every query.",
                name);
        }
    }
}
