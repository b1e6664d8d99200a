using System.Diagnostics;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <summary>
/// The loops around the tiles of a matrix product. Columns are taken in panels as wide as a tile and, at the end, ever narrower
/// ones, rows likewise, so that a tile is never computed in vain.
/// </summary>
internal static class ProductBlocks
{
    // Sums go to memory and back once in Depth steps. A block of the left operand (BlockRows x Depth) stays in the second-level
    // cache, whose prefetcher feeds the tiles; a block of the right one comes from the third. All in floats.
    private const int Depth = 384;
    private const int BlockRows = 96;
    private const int BlockColumns = 2048;

    // Operands as small as this stay in the first-level cache, and in the second, wherever they are: they are not packed.
    private const int FirstLevel = 5 * 1024;
    private const int SmallLeft = 32 * 1024;
    private const int SmallRight = 128 * 1024;
    private const int CacheWay = 1024;

    // Columns that do not fill the narrowest register are padded to it.
    private const int NarrowestRegister = 4;

    [ThreadStatic]
    private static AlignedBuffer? s_scratch;

    /// <summary>c = a * b, or c += a * b; none is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TFloat>(MatrixSpan a, MatrixSpan b, MatrixSpan c, bool accumulate)
        where TFloat : struct, ITileLane<TFloat>
    {
        Debug.Assert(a.Columns == b.Rows && a.Rows == c.Rows && b.Columns == c.Columns, $"{a.ToString()} * {b.ToString()}.");
        Debug.Assert(c.Rows > 0 && c.Columns > 0 && a.Columns > 0, $"{a.ToString()} * {b.ToString()} is empty.");
        ref float edge = ref Reserve<TFloat>(a, b, c, out bool leftDirect, out int directColumns, out int rightLength);
        ref float packedRight = ref Unsafe.Add(ref edge, EdgeLength<TFloat>());
        ref float packedLeft = ref Unsafe.Add(ref packedRight, rightLength);

        for (int column = 0; column < c.Columns; column += BlockColumns)
        {
            int columns = Math.Min(BlockColumns, c.Columns - column);
            int direct = Math.Clamp(directColumns - column, 0, columns);
            for (int k = 0; k < a.Columns; k += Depth)
            {
                int steps = Math.Min(Depth, a.Columns - k);
                var right = new ProductOperand(b.Block(k, column, steps, columns).Transposed, direct, ref packedRight);
                for (int j = direct, width; j < columns; j += width)
                {
                    width = PanelWidth<TFloat>(columns - j);
                    right.Pack<TFloat>(j, width);
                }

                for (int row = 0; row < c.Rows; row += BlockRows)
                {
                    int rows = Math.Min(BlockRows, c.Rows - row);
                    var left = new ProductOperand(a.Block(row, k, rows, steps), leftDirect ? rows : 0, ref packedLeft);
                    for (int i = leftDirect ? rows : 0, height; i < rows; i += height)
                    {
                        height = PanelHeight<TFloat>(rows - i);
                        left.Pack<TFloat>(i, height);
                    }

                    var tiles = new TileLoop(left, right, c.Block(row, column, rows, columns), steps, accumulate || k > 0, ref edge);
                    // The operand that fits is the one that stays in the first-level cache, while the other one streams through.
                    if (columns * steps <= FirstLevel)
                    {
                        for (int i = 0, height; i < rows; i += height)
                        {
                            height = PanelHeight<TFloat>(rows - i);
                            tiles.Run<TFloat>(i, height);
                        }
                    }
                    else
                    {
                        tiles.Run<TFloat>(0, rows);
                    }
                }
            }
        }
    }

    /// <summary>Ensures that this thread has the scratch memory for a product of these operands, and returns its location.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="c">The target.</param>
    /// <param name="leftDirect">Whether the left operand is read in place.</param>
    /// <param name="directColumns">The number of columns of the right operand that are read in place.</param>
    /// <param name="rightLength">The length of the memory after the edge that is for the right operand.</param>
    public static ref float Reserve<TFloat>(
        MatrixSpan a, MatrixSpan b, MatrixSpan c, out bool leftDirect, out int directColumns, out int rightLength)
        where TFloat : struct, ITileLane<TFloat>
    {
        int depth = Math.Min(Depth, a.Columns);
        // What few panels of the other operand use is not packed either, unless its rows, a power of two apart, would all want the
        // same places of the first-level cache.
        leftDirect = a.Extent <= SmallLeft
            || c.Columns <= (a.RowStride % CacheWay == 0 ? 2 : 8) * TFloat.Width;
        bool rightDirect = ReadsRightWhereItIs(b) || (b.ColumnStride == 1 && c.Rows <= Tile.MostRows<TFloat>());
        directColumns = !rightDirect ? 0
            : TFloat.Width == 1 ? c.Columns
            : c.Columns / NarrowestRegister * NarrowestRegister;
        rightLength = depth * Math.Min(BlockColumns, c.Columns - directColumns + NarrowestRegister);
        int leftLength = leftDirect ? 0 : depth * Math.Min(BlockRows, c.Rows);
        int length = EdgeLength<TFloat>() + rightLength + leftLength;
        if (s_scratch is null || s_scratch.Length < length)
            s_scratch = new AlignedBuffer(length);
        return ref s_scratch.Start;
    }

    /// <summary>Whether a right operand is so small that it is not packed.</summary>
    public static bool ReadsRightWhereItIs(MatrixSpan b) => b.ColumnStride == 1 && b.Extent <= SmallRight;

    // The sums of tiles that are wider than what is left of the target.
    private static int EdgeLength<TFloat>()
        where TFloat : struct, ITileLane<TFloat> => Tile.MostRows<TFloat>() * 2 * TFloat.Width;

    /// <summary>Estimates the cost of the product in halves of registers: a narrow register costs half of a wide one.</summary>
    public static long Cost<TFloat>(int rows, int columns)
        where TFloat : struct, ITileLane<TFloat>
    {
        int rest = columns % TFloat.Width;
        long halves = columns / TFloat.Width * 2L;
        for (int width; rest > 0; rest -= width, halves++)
            width = PanelWidth<TFloat>(rest);
        return rows * halves;
    }

    /// <summary>
    /// Gets how many of the remaining columns the next panel takes; more than remain if they do not fill the narrowest register.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PanelWidth<TFloat>(int columns)
        where TFloat : struct, ITileLane<TFloat>
    {
        if (columns >= 2 * TFloat.Width)
            return 2 * TFloat.Width;
        int width = TFloat.Width;
        while (width > columns && width > NarrowestRegister)
            width /= 2;
        return width;
    }

    /// <summary>Gets how many of the remaining rows the next tile takes.</summary>
    // Two tiles of middling height are better than a whole one and one that has too few sums to hide the latency of the additions.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PanelHeight<TFloat>(int rows)
        where TFloat : struct, ITileLane<TFloat>
    {
        int most = Tile.MostRows<TFloat>();
        if (rows >= 2 * most)
            return most;
        return rows > most ? (rows + 1) / 2 : rows;
    }
}
