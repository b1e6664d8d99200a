using TensorEngine.Numerics;

namespace TensorEngine.Autograd.Operations;

/// <summary>The memory layout of the matrices of heads.</summary>
internal readonly record struct HeadShape(int Batch, int Heads, int Queries, int Keys, int Width, int ValueWidth)
{
    /// <summary>Whether queries, keys and values are columns of one matrix, and the heads of the output columns of another.</summary>
    public bool IsPacked { get; init; }

    public int HeadCount => Batch * Heads;

    /// <summary>The number of columns of all heads together.</summary>
    public int Columns => Heads * Width;

    /// <summary>The heads in [batch, time, 3 · columns].</summary>
    public static HeadShape OfPacked(string operation, Shape packed, int heads)
    {
        if (heads < 1)
            throw new ArgumentOutOfRangeException(nameof(heads), heads, $"heads is {heads}; it must be at least 1.");
        if (packed.Rank != 3 || packed[2] % 3 != 0 || packed[2] / 3 % heads != 0)
        {
            throw new ArgumentException(
                $"{operation}: packed is {packed}, heads is {heads}; packed must be [batch, time, 3 · columns], where columns is a "
                + "multiple of heads.",
                nameof(packed));
        }

        int width = packed[2] / 3 / heads;
        return new(packed[0], heads, packed[1], packed[1], width, width) { IsPacked = true };
    }

    /// <summary>Queries (0), keys (1) or values (2).</summary>
    public ReadOnlyMatrixBatchSpan Part(ReadOnlySpan<float> elements, int part)
    {
        if (IsPacked)
            return new(elements[(part * Columns)..], Batch, 3 * Queries * Columns, Heads, Width, Queries, Width, 3 * Columns);
        return new(elements, HeadCount, part == 0 ? Queries : Keys, part == 2 ? ValueWidth : Width);
    }

    /// <inheritdoc cref="Part(ReadOnlySpan{float}, int)"/>
    public MatrixBatchSpan Part(Span<float> elements, int part)
    {
        if (IsPacked)
            return new(elements[(part * Columns)..], Batch, 3 * Queries * Columns, Heads, Width, Queries, Width, 3 * Columns);
        return new(elements, HeadCount, part == 0 ? Queries : Keys, part == 2 ? ValueWidth : Width);
    }

    /// <summary>The output's heads.</summary>
    public ReadOnlyMatrixBatchSpan Output(ReadOnlySpan<float> elements) => IsPacked
        ? new(elements, Batch, Queries * Columns, Heads, Width, Queries, Width, Columns)
        : new(elements, HeadCount, Queries, ValueWidth);

    /// <inheritdoc cref="Output(ReadOnlySpan{float})"/>
    public MatrixBatchSpan Output(Span<float> elements) => IsPacked
        ? new(elements, Batch, Queries * Columns, Heads, Width, Queries, Width, Columns)
        : new(elements, HeadCount, Queries, ValueWidth);
}
