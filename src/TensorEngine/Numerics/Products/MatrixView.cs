using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Numerics.Products;

/// <summary>Where a matrix lies: its first element, its sides and, in elements, the ways to the next row and column.</summary>
internal readonly ref struct MatrixView
{
    private readonly ref float _start;

    private MatrixView(ref float start, int rows, int columns, nint rowStride, nint columnStride)
    {
        _start = ref start;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    public int Rows { get; }

    public int Columns { get; }

    public nint RowStride { get; }

    public nint ColumnStride { get; }

    public MatrixView Transposed => new(ref _start, Columns, Rows, ColumnStride, RowStride);

    /// <summary>The memory from the first to the last element, whatever lies between them.</summary>
    public Span<float> Span =>
        Rows == 0 || Columns == 0
            ? []
            : MemoryMarshal.CreateSpan(ref _start, checked((int)Extent));

    /// <summary>The number of floats from the first to the last element; it has some.</summary>
    public nint Extent => 1 + (Rows - 1) * RowStride + (Columns - 1) * ColumnStride;

    public bool OverlapsItself
    {
        get
        {
            if (Rows == 0 || Columns == 0)
                return false;
            bool byRows = RowStride >= ColumnStride;
            nint inner = byRows ? ColumnStride : RowStride;
            nint outer = byRows ? RowStride : ColumnStride;
            int innerLength = byRows ? Columns : Rows;
            int outerLength = byRows ? Rows : Columns;
            return (innerLength > 1 && inner < 1) || (outerLength > 1 && outer < inner * (innerLength - 1) + 1);
        }
    }

    public static MatrixView Of(in ReadOnlyTensorSpan<float> tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        if (tensor.Rank != 2)
            throw new ArgumentException($"{name} has {tensor.Rank} dimensions; a matrix has 2.", name);
        int rows = checked((int)tensor.Lengths[0]);
        int columns = checked((int)tensor.Lengths[1]);
        // A side of one element may come with any stride; it is never walked, so the plain one serves.
        nint columnStride = columns == 1 ? 1 : tensor.Strides[1];
        nint rowStride = rows == 1 ? Math.Max(1, columns * columnStride) : tensor.Strides[0];
        return new MatrixView(ref Unsafe.AsRef(in tensor.GetPinnableReference()), rows, columns, rowStride, columnStride);
    }

    /// <summary>A matrix of any memory, row by row.</summary>
    public static MatrixView Of(ref float start, int rows, int columns, nint rowStride, nint columnStride = 1) =>
        new(ref start, rows, columns, rowStride, columnStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float At(int row, int column) => ref Unsafe.Add(ref _start, row * RowStride + column * ColumnStride);

    /// <summary>A part of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixView Block(int row, int column, int rows, int columns)
    {
        Debug.Assert(
            row >= 0 && column >= 0 && row + rows <= Rows && column + columns <= Columns,
            $"[{rows}, {columns}] at [{row}, {column}] of {ToString()}.");
        return new(ref At(row, column), rows, columns, RowStride, ColumnStride);
    }

    public override string ToString() => $"[{Rows}, {Columns}]";
}
