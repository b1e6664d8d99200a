using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Numerics;

/// <summary>
/// A read-only view of a matrix in the caller's memory. It copies nothing; a transpose or a block is only another view.
/// </summary>
public readonly ref struct ReadOnlyMatrixSpan
{
    // What reads only writes nothing to it.
    private readonly MatrixSpan _matrix;

    /// <summary>Creates a view of a matrix in row-major order, without gaps.</summary>
    /// <param name="elements">rows times columns floats.</param>
    /// <param name="rows">At least 0.</param>
    /// <param name="columns">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> or <paramref name="columns"/> is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="elements"/> does not have rows times columns elements.</exception>
    public ReadOnlyMatrixSpan(ReadOnlySpan<float> elements, int rows, int columns) =>
        _matrix = new(Writable(elements), rows, columns);

    /// <summary>Creates a view of a matrix whose rows start <paramref name="rowStride"/> floats apart.</summary>
    /// <param name="elements">The memory from the first element to the last; it may be longer.</param>
    /// <param name="rows">At least 0.</param>
    /// <param name="columns">At least 0.</param>
    /// <param name="rowStride">The distance from the start of a row to that of the next, in floats; at least the number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="rows"/> or <paramref name="columns"/> is negative, or <paramref name="rowStride"/> is less than the columns.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="elements"/> is too short.</exception>
    public ReadOnlyMatrixSpan(ReadOnlySpan<float> elements, int rows, int columns, int rowStride) =>
        _matrix = new(Writable(elements), rows, columns, rowStride);

    private ReadOnlyMatrixSpan(MatrixSpan matrix) => _matrix = matrix;

    /// <inheritdoc cref="MatrixSpan.Rows"/>
    public int Rows => _matrix.Rows;

    /// <inheritdoc cref="MatrixSpan.Columns"/>
    public int Columns => _matrix.Columns;

    /// <inheritdoc cref="MatrixSpan.RowStride"/>
    public nint RowStride => _matrix.RowStride;

    /// <inheritdoc cref="MatrixSpan.ColumnStride"/>
    public nint ColumnStride => _matrix.ColumnStride;

    /// <inheritdoc cref="MatrixSpan.IsEmpty"/>
    public bool IsEmpty => _matrix.IsEmpty;

    /// <inheritdoc cref="MatrixSpan.Transposed"/>
    public ReadOnlyMatrixSpan Transposed => new(_matrix.Transposed);

    /// <summary>An element.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="row"/> or <paramref name="column"/> is negative or not below the number of rows or columns.
    /// </exception>
    public ref readonly float this[int row, int column] => ref _matrix[row, column];

    /// <summary>The same matrix for code that also writes matrices; it is not written to.</summary>
    internal MatrixSpan View => _matrix;

    /// <inheritdoc cref="MatrixSpan.Span"/>
    internal ReadOnlySpan<float> Span => _matrix.Span;

    /// <inheritdoc cref="MatrixSpan.IsDense"/>
    internal bool IsDense => _matrix.IsDense;

    /// <summary>Converts a writable view to a read-only one.</summary>
    public static implicit operator ReadOnlyMatrixSpan(MatrixSpan matrix) => new(matrix);

    /// <summary>Converts a tensor of two dimensions, with any strides.</summary>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> does not have two dimensions.</exception>
    public static implicit operator ReadOnlyMatrixSpan(scoped in TensorSpan<float> tensor) => new(MatrixSpan.Of(tensor));

    /// <summary>Converts a tensor of two dimensions, with any strides.</summary>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> does not have two dimensions.</exception>
    public static implicit operator ReadOnlyMatrixSpan(scoped in ReadOnlyTensorSpan<float> tensor) => new(MatrixSpan.Of(tensor));

    /// <inheritdoc cref="MatrixSpan.Slice"/>
    public ReadOnlyMatrixSpan Slice(int row, int column, int rows, int columns) => new(_matrix.Slice(row, column, rows, columns));

    /// <inheritdoc cref="MatrixSpan.Row"/>
    public ReadOnlySpan<float> Row(int row) => _matrix.Row(row);

    /// <inheritdoc cref="MatrixSpan.ToString"/>
    public override string ToString() => _matrix.ToString();

    /// <inheritdoc cref="MatrixSpan.RowSpan"/>
    internal ReadOnlySpan<float> RowSpan(int row) => _matrix.RowSpan(row);

    private static Span<float> Writable(ReadOnlySpan<float> elements) =>
        MemoryMarshal.CreateSpan(ref Unsafe.AsRef(in MemoryMarshal.GetReference(elements)), elements.Length);
}
