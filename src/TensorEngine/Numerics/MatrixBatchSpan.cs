using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Numerics;

/// <summary>
/// A writable view of matrices of the same size in the caller's memory, such as those of the heads of an attention: [outer, inner, rows,
/// columns], each with its own stride. Batched products write to it.
/// </summary>
public readonly ref struct MatrixBatchSpan
{
    private readonly MatrixSpan _first;
    private readonly int _inner;
    private readonly nint _outerStride;
    private readonly nint _innerStride;

    /// <summary>Creates a view of consecutive matrices in row-major order, without gaps.</summary>
    /// <param name="elements">count times rows times columns floats.</param>
    /// <param name="count">The number of matrices; at least 0.</param>
    /// <param name="rows">At least 0.</param>
    /// <param name="columns">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="elements"/> has another length.</exception>
    public MatrixBatchSpan(Span<float> elements, int count, int rows, int columns)
    {
        RequireMatrix.Counts(count, 1, rows, columns);
        if ((Int128)count * rows * columns != elements.Length)
        {
            throw new ArgumentException(
                $"elements has {elements.Length} floats; {count} matrices of [{rows}, {columns}] have {(Int128)count * rows * columns}.",
                nameof(elements));
        }

        _first = new(ref MemoryMarshal.GetReference(elements), rows, columns, columns);
        (Count, _inner, _outerStride, _innerStride) = (count, Math.Max(1, count), 0, (nint)rows * columns);
    }

    /// <summary>
    /// Creates a view of matrices in two dimensions. Heads of [batch, time, heads, width] are outer = batch, inner = heads, rows = time.
    /// </summary>
    /// <param name="elements">
    /// The memory from the first element of the first matrix to the last element of the last; it may be longer.
    /// </param>
    /// <param name="outer">The length of the outer dimension; at least 0.</param>
    /// <param name="outerStride">
    /// The distance from one to the next, in floats; at least 0. With 0, which is allowed for operands only, all are the same.
    /// </param>
    /// <param name="inner">The length of the inner dimension; at least 0.</param>
    /// <param name="innerStride">The distance from one to the next, in floats; at least 0.</param>
    /// <param name="rows">At least 0.</param>
    /// <param name="columns">At least 0.</param>
    /// <param name="rowStride">The distance from one row to the next, in floats; at least the number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="elements"/> is too short, or there are more matrices than an int counts.
    /// </exception>
    public MatrixBatchSpan(
        Span<float> elements, int outer, int outerStride, int inner, int innerStride, int rows, int columns, int rowStride)
    {
        RequireMatrix.Counts(outer, inner, rows, columns);
        Require.AtLeast(0, outerStride, nameof(outerStride));
        Require.AtLeast(0, innerStride, nameof(innerStride));
        Require.AtLeast(columns, rowStride, nameof(rowStride));
        Int128 needed = outer == 0 || inner == 0 || rows == 0 || columns == 0
            ? 0
            : ((Int128)outer - 1) * outerStride + ((Int128)inner - 1) * innerStride + ((Int128)rows - 1) * rowStride + columns;
        if (needed > elements.Length)
            throw new ArgumentException($"elements has {elements.Length} floats; the matrices need {needed}.", nameof(elements));
        if ((long)outer * inner > int.MaxValue)
        {
            throw new ArgumentException(
                $"outer is {outer}, inner is {inner}; there must be at most {int.MaxValue} matrices.", nameof(outer));
        }

        _first = new(ref MemoryMarshal.GetReference(elements), rows, columns, rowStride);
        (Count, _inner, _outerStride, _innerStride) = (outer * inner, Math.Max(1, inner), outerStride, innerStride);
    }

    private MatrixBatchSpan(MatrixSpan first, int count, int inner, nint outerStride, nint innerStride)
    {
        _first = first;
        (Count, _inner, _outerStride, _innerStride) = (count, inner, outerStride, innerStride);
    }

    /// <summary>The number of matrices.</summary>
    public int Count { get; }

    /// <summary>The number of rows of each matrix.</summary>
    public int Rows => _first.Rows;

    /// <summary>The number of columns of each matrix.</summary>
    public int Columns => _first.Columns;

    /// <summary>The transposes: the same memory.</summary>
    public MatrixBatchSpan Transposed => new(_first.Transposed, Count, _inner, _outerStride, _innerStride);

    /// <summary>A matrix.</summary>
    /// <param name="index">The index; the inner dimension varies fastest.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative or not below <see cref="Count"/>.</exception>
    public MatrixSpan this[int index] =>
        (uint)index < (uint)Count
            ? At(index)
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"index is {index}; there are {Count} matrices.");

    /// <summary>The memory from the first element of the first matrix to the last of the last one.</summary>
    internal Span<float> Span => Count == 0 || _first.IsEmpty
        ? []
        : MemoryMarshal.CreateSpan(
            ref _first.At(0, 0), checked((int)((Outer - 1) * _outerStride + (_inner - 1) * _innerStride + _first.Extent)));

    /// <summary>Whether it may contain an element twice, because its dimensions are not nested.</summary>
    internal bool MayOverlapItself
    {
        get
        {
            Span<(nint Stride, int Length)> sides =
            [
                (_outerStride, Outer), (_innerStride, _inner), (_first.RowStride, Rows), (_first.ColumnStride, Columns),
            ];
            sides.Sort((left, right) => left.Stride.CompareTo(right.Stride));
            nint extent = 1;
            foreach ((nint stride, int length) in sides)
            {
                if (length > 1 && stride < extent)
                    return true;
                extent += Math.Max(0, length - 1) * stride;
            }

            return false;
        }
    }

    private int Outer => Count / _inner;

    /// <summary>A matrix that there is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal MatrixSpan At(int index)
    {
        (int outer, int inner) = Math.DivRem(index, _inner);
        ref float start = ref Unsafe.Add(ref _first.At(0, 0), outer * _outerStride + inner * _innerStride);
        return new(ref start, Rows, Columns, _first.RowStride, _first.ColumnStride);
    }

    /// <summary>Returns the number and the size, such as <c>12 of [100, 64]</c>.</summary>
    public override string ToString() => $"{Count} of {_first.ToString()}";
}
