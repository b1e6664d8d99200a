namespace TensorEngine.Numerics;

/// <summary>
/// A matrix of numbers of 16 bits, such as the weights in a <see cref="ParameterStore"/> of <see cref="ValuePrecision.BFloat16"/>, as the
/// right operand of a product. It says where the matrix lies and copies nothing.
/// </summary>
public readonly ref struct BFloat16MatrixSpan
{
    /// <summary>A matrix row by row, without gaps.</summary>
    /// <param name="elements">rows times columns numbers, the upper halves of floats.</param>
    /// <param name="rows">At least 0.</param>
    /// <param name="columns">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> or <paramref name="columns"/> is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="elements"/> is not rows times columns long.</exception>
    public BFloat16MatrixSpan(ReadOnlySpan<ushort> elements, int rows, int columns)
    {
        Require.AtLeast(0, rows, nameof(rows));
        Require.AtLeast(0, columns, nameof(columns));
        if ((long)rows * columns != elements.Length)
        {
            throw new ArgumentException(
                $"elements has {elements.Length} elements; a matrix of {rows} rows and {columns} columns has {(long)rows * columns}.",
                nameof(elements));
        }

        Elements = elements;
        Rows = rows;
        Columns = columns;
    }

    private BFloat16MatrixSpan(ReadOnlySpan<ushort> elements, int rows, int columns, bool isTransposed)
    {
        Elements = elements;
        Rows = rows;
        Columns = columns;
        IsTransposed = isTransposed;
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The transpose: the same memory, [columns, rows].</summary>
    public BFloat16MatrixSpan Transposed => new(Elements, Columns, Rows, !IsTransposed);

    internal ReadOnlySpan<ushort> Elements { get; }

    /// <summary>Whether it lies column by column.</summary>
    internal bool IsTransposed { get; }

    /// <summary>The sides, as in <c>[100, 64]</c>.</summary>
    public override string ToString() => $"[{Rows}, {Columns}]";
}
