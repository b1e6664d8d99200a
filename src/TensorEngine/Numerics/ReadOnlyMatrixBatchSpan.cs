using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Numerics;

/// <summary>
/// A read-only view of matrices of the same size in the caller's memory, such as those of the heads of an attention: [outer, inner, rows,
/// columns], each with its own stride. Batched products read from it.
/// </summary>
public readonly ref struct ReadOnlyMatrixBatchSpan
{
    // What reads only writes nothing to it.
    private readonly MatrixBatchSpan _batch;

    /// <inheritdoc cref="MatrixBatchSpan(Span{float}, int, int, int)"/>
    public ReadOnlyMatrixBatchSpan(ReadOnlySpan<float> elements, int count, int rows, int columns) =>
        _batch = new(Writable(elements), count, rows, columns);

    /// <inheritdoc cref="MatrixBatchSpan(Span{float}, int, int, int, int, int, int, int)"/>
    public ReadOnlyMatrixBatchSpan(
        ReadOnlySpan<float> elements, int outer, int outerStride, int inner, int innerStride, int rows, int columns, int rowStride) =>
        _batch = new(Writable(elements), outer, outerStride, inner, innerStride, rows, columns, rowStride);

    private ReadOnlyMatrixBatchSpan(MatrixBatchSpan batch) => _batch = batch;

    /// <inheritdoc cref="MatrixBatchSpan.Count"/>
    public int Count => _batch.Count;

    /// <inheritdoc cref="MatrixBatchSpan.Rows"/>
    public int Rows => _batch.Rows;

    /// <inheritdoc cref="MatrixBatchSpan.Columns"/>
    public int Columns => _batch.Columns;

    /// <inheritdoc cref="MatrixBatchSpan.Transposed"/>
    public ReadOnlyMatrixBatchSpan Transposed => new(_batch.Transposed);

    /// <summary>A matrix.</summary>
    /// <param name="index">The index; the inner dimension varies fastest.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative or not below <see cref="Count"/>.</exception>
    public ReadOnlyMatrixSpan this[int index] => _batch[index];

    /// <summary>The same batch for code that writes others, too; it is not written to.</summary>
    internal MatrixBatchSpan View => _batch;

    /// <summary>Converts a writable view to a read-only one.</summary>
    public static implicit operator ReadOnlyMatrixBatchSpan(MatrixBatchSpan batch) => new(batch);

    /// <inheritdoc cref="MatrixBatchSpan.ToString"/>
    public override string ToString() => _batch.ToString();

    private static Span<float> Writable(ReadOnlySpan<float> elements) =>
        MemoryMarshal.CreateSpan(ref Unsafe.AsRef(in MemoryMarshal.GetReference(elements)), elements.Length);
}
