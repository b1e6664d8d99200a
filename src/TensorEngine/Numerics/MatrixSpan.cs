using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Numerics;

/// <summary>
/// A writable view of a matrix in the caller's memory. It copies nothing; a transpose or a block is only another view.
/// </summary>
public readonly ref struct MatrixSpan
{
    private readonly ref float _start;

    /// <summary>Creates a view of a matrix in row-major order, without gaps.</summary>
    /// <param name="elements">rows times columns floats.</param>
    /// <param name="rows">At least 0.</param>
    /// <param name="columns">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> or <paramref name="columns"/> is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="elements"/> does not have rows times columns elements.</exception>
    public MatrixSpan(Span<float> elements, int rows, int columns)
    {
        if ((rows | columns) < 0 || (long)rows * columns != elements.Length)
            ThrowSize(elements, rows, columns);
        this = new(ref MemoryMarshal.GetReference(elements), rows, columns, columns, columnStride: 1);
    }

    /// <summary>Creates a view of a matrix whose rows start <paramref name="rowStride"/> floats apart.</summary>
    /// <param name="elements">The memory from the first element to the last; it may be longer.</param>
    /// <param name="rows">At least 0.</param>
    /// <param name="columns">At least 0.</param>
    /// <param name="rowStride">The distance from the start of a row to that of the next, in floats; at least the number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="rows"/> or <paramref name="columns"/> is negative, or <paramref name="rowStride"/> is less than the columns.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="elements"/> is too short.</exception>
    public MatrixSpan(Span<float> elements, int rows, int columns, int rowStride)
    {
        if ((rows | columns) < 0 || rowStride < columns || Needed(rows, columns, rowStride) > elements.Length)
            ThrowSize(elements, rows, columns, rowStride);
        this = new(ref MemoryMarshal.GetReference(elements), rows, columns, rowStride, columnStride: 1);
    }

    /// <summary>A matrix of any memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal MatrixSpan(ref float start, int rows, int columns, nint rowStride, nint columnStride = 1)
    {
        _start = ref start;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The distance from an element to the one below it, in floats.</summary>
    public nint RowStride { get; }

    /// <summary>
    /// The distance from an element to the one to its right, in floats: 1, unless the view is a transpose or was created from a tensor.
    /// </summary>
    public nint ColumnStride { get; }

    /// <summary>Whether the matrix has no elements.</summary>
    public bool IsEmpty => Rows == 0 || Columns == 0;

    /// <summary>The transpose: the same memory, [columns, rows].</summary>
    public MatrixSpan Transposed => new(ref _start, Columns, Rows, ColumnStride, RowStride);

    /// <summary>An element.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="row"/> or <paramref name="column"/> is negative or not below the number of rows or columns.
    /// </exception>
    public ref float this[int row, int column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)row >= (uint)Rows || (uint)column >= (uint)Columns)
                ThrowPlace(row, column);
            return ref At(row, column);
        }
    }

    /// <summary>The memory from the first to the last element, including everything in between.</summary>
    internal Span<float> Span => IsEmpty ? [] : MemoryMarshal.CreateSpan(ref _start, checked((int)Extent));

    /// <summary>The number of floats from the first to the last element; it has some.</summary>
    internal nint Extent => 1 + (Rows - 1) * RowStride + (Columns - 1) * ColumnStride;

    /// <summary>Whether the rows are contiguous without gaps, so that <see cref="Span"/> has the elements in order.</summary>
    internal bool IsDense => (ColumnStride == 1 || Columns <= 1) && (RowStride == Columns || Rows <= 1);

    internal bool OverlapsItself
    {
        get
        {
            if (IsEmpty)
                return false;
            bool byRows = RowStride >= ColumnStride;
            nint inner = byRows ? ColumnStride : RowStride;
            nint outer = byRows ? RowStride : ColumnStride;
            int innerLength = byRows ? Columns : Rows;
            int outerLength = byRows ? Rows : Columns;
            return (innerLength > 1 && inner < 1) || (outerLength > 1 && outer < inner * (innerLength - 1) + 1);
        }
    }

    /// <summary>Converts a tensor of two dimensions, with any strides.</summary>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> does not have two dimensions.</exception>
    public static implicit operator MatrixSpan(scoped in TensorSpan<float> tensor) => Of(tensor);

    /// <summary>Returns a part of the matrix.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="column">The first column.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the matrix.</exception>
    public MatrixSpan Slice(int row, int column, int rows, int columns)
    {
        if ((row | column | rows | columns) < 0 || rows > Rows - row || columns > Columns - column)
            ThrowPart(row, column, rows, columns);
        return new(ref At(row, column), rows, columns, RowStride, ColumnStride);
    }

    /// <summary>Returns the elements of a row, which must be contiguous.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is negative or not below the number of rows.</exception>
    /// <exception cref="InvalidOperationException">
    /// The elements of a row are not contiguous: <see cref="ColumnStride"/> is not 1.
    /// </exception>
    public Span<float> Row(int row)
    {
        if ((uint)row >= (uint)Rows)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"row is {row}; the matrix is {ToString()}.");
        if (ColumnStride != 1 && Columns > 1)
            throw new InvalidOperationException($"The elements of a row lie {ColumnStride} floats apart; a span has no gaps.");
        return RowSpan(row);
    }

    /// <summary>Returns the numbers of rows and columns, such as <c>[100, 64]</c>.</summary>
    public override string ToString() => $"[{Rows}, {Columns}]";

    internal static MatrixSpan Of(scoped in ReadOnlyTensorSpan<float> tensor)
    {
        if (tensor.Rank != 2)
            throw new ArgumentException($"tensor has {tensor.Rank} dimensions; a matrix has 2.", nameof(tensor));
        int rows = checked((int)tensor.Lengths[0]);
        int columns = checked((int)tensor.Lengths[1]);
        // A side of one element may come with any stride; it is never walked, so the plain one serves.
        nint columnStride = columns == 1 ? 1 : tensor.Strides[1];
        nint rowStride = rows == 1 ? Math.Max(1, columns * columnStride) : tensor.Strides[0];
        return new(ref Unsafe.AsRef(in tensor.GetPinnableReference()), rows, columns, rowStride, columnStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref float At(int row, int column) => ref Unsafe.Add(ref _start, row * RowStride + column * ColumnStride);

    /// <summary>Returns a row whose elements are contiguous.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<float> RowSpan(int row)
    {
        Debug.Assert((uint)row < (uint)Rows && (ColumnStride == 1 || Columns <= 1), $"Row {row} of {ToString()}.");
        return MemoryMarshal.CreateSpan(ref At(row, 0), Columns);
    }

    internal void Clear()
    {
        if (IsDense || Transposed.IsDense)
        {
            Span.Clear();
            return;
        }

        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
                At(row, column) = 0;
        }
    }

    /// <summary>Returns a part of the matrix that is known to be inside it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal MatrixSpan Block(int row, int column, int rows, int columns)
    {
        Debug.Assert(
            row >= 0 && column >= 0 && row + rows <= Rows && column + columns <= Columns,
            $"[{rows}, {columns}] at [{row}, {column}] of {ToString()}.");
        return new(ref At(row, column), rows, columns, RowStride, ColumnStride);
    }

    private static long Needed(long rows, long columns, long rowStride) =>
        rows == 0 || columns == 0 ? 0 : (rows - 1) * rowStride + columns;

    [DoesNotReturn]
    private static void ThrowSize(Span<float> elements, int rows, int columns)
    {
        Require.AtLeast(0, rows, nameof(rows));
        Require.AtLeast(0, columns, nameof(columns));
        throw new ArgumentException(
            $"elements has {elements.Length} floats; a matrix of [{rows}, {columns}] has {(long)rows * columns}.", nameof(elements));
    }

    [DoesNotReturn]
    private static void ThrowSize(Span<float> elements, int rows, int columns, int rowStride)
    {
        Require.AtLeast(0, rows, nameof(rows));
        Require.AtLeast(0, columns, nameof(columns));
        Require.AtLeast(columns, rowStride, nameof(rowStride));
        throw new ArgumentException(
            $"elements has {elements.Length} floats; a matrix of [{rows}, {columns}] with rows {rowStride} apart needs "
            + $"{Needed(rows, columns, rowStride)}.",
            nameof(elements));
    }

    [DoesNotReturn]
    private void ThrowPlace(int row, int column) =>
        throw new ArgumentOutOfRangeException(
            (uint)row >= (uint)Rows ? nameof(row) : nameof(column), $"[{row}, {column}] is not an element of a matrix of {ToString()}.");

    [DoesNotReturn]
    private void ThrowPart(int row, int column, int rows, int columns) =>
        throw new ArgumentOutOfRangeException(
            row < 0 || row > Rows ? nameof(row) : column < 0 || column > Columns ? nameof(column)
                : rows < 0 || rows > Rows - row ? nameof(rows) : nameof(columns),
            $"[{rows}, {columns}] from [{row}, {column}] on is not part of a matrix of {ToString()}.");
}
