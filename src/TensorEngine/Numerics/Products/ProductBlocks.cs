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
    private const int SmallLeft = 16 * 1024;
    private const int SmallRight = 128 * 1024;
    private const int CacheWay = 1024;

    // Columns that do not fill the narrowest register are padded to it.
    private const int NarrowestRegister = 4;

    [ThreadStatic]
    private static AlignedBuffer? s_scratch;

    /// <summary>c = a * b, of which none is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TFloat>(MatrixView a, MatrixView b, MatrixView c)
        where TFloat : struct, IFloatLane<TFloat>
    {
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
                var right = new Operand(ref b.At(k, column), b.ColumnStride, b.RowStride, direct, ref packedRight, steps);
                for (int j = direct, width; j < columns; j += width)
                {
                    width = PanelWidth<TFloat>(columns - j);
                    right.Pack<TFloat>(j, Math.Min(width, columns - j), width);
                }

                for (int row = 0; row < c.Rows; row += BlockRows)
                {
                    int rows = Math.Min(BlockRows, c.Rows - row);
                    var left = new Operand(ref a.At(row, k), a.RowStride, a.ColumnStride, leftDirect ? rows : 0, ref packedLeft, steps);
                    for (int i = leftDirect ? rows : 0, height; i < rows; i += height)
                    {
                        height = PanelHeight<TFloat>(rows - i);
                        left.Pack<TFloat>(i, height, height);
                    }

                    MatrixView block = c.Block(row, column, rows, columns);
                    // The operand that fits is the one that stays in the first-level cache, while the other one streams through.
                    if (columns * steps <= FirstLevel)
                    {
                        for (int i = 0, height; i < rows; i += height)
                        {
                            height = PanelHeight<TFloat>(rows - i);
                            Tiles<TFloat>(in left, in right, in block, i, height, steps, accumulate: k > 0, ref edge);
                        }
                    }
                    else
                    {
                        Tiles<TFloat>(in left, in right, in block, 0, rows, steps, accumulate: k > 0, ref edge);
                    }
                }
            }
        }
    }

    /// <summary>Sees to it that this thread has the scratch memory that a product of these takes, and says where it lies.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="c">The target.</param>
    /// <param name="leftDirect">Whether the left operand is read where it is.</param>
    /// <param name="directColumns">How many columns of the right one are.</param>
    /// <param name="rightLength">How much of the memory behind the edge is for the right operand.</param>
    public static ref float Reserve<TFloat>(
        MatrixView a, MatrixView b, MatrixView c, out bool leftDirect, out int directColumns, out int rightLength)
        where TFloat : struct, IFloatLane<TFloat>
    {
        int depth = Math.Min(Depth, a.Columns);
        // What few panels of the other operand use is not packed either, unless its rows, a power of two apart, would all want the
        // same places of the first-level cache.
        leftDirect = a.Extent <= SmallLeft
            || c.Columns <= (a.RowStride % CacheWay == 0 ? 2 : 8) * TFloat.Width;
        bool rightDirect = b.ColumnStride == 1 && (c.Rows <= Tile.MostRows<TFloat>() || b.Extent <= SmallRight);
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

    // The sums of tiles that are wider than what is left of the target.
    private static int EdgeLength<TFloat>()
        where TFloat : struct, IFloatLane<TFloat> => Tile.MostRows<TFloat>() * 2 * TFloat.Width;

    /// <summary>What the product costs, in halves of registers: narrow registers cost half of a wide one.</summary>
    public static long Cost<TFloat>(int rows, int columns)
        where TFloat : struct, IFloatLane<TFloat>
    {
        int rest = columns % TFloat.Width;
        long halves = columns / TFloat.Width * 2L;
        for (int width; rest > 0; rest -= width, halves++)
            width = PanelWidth<TFloat>(rest);
        return rows * halves;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PanelWidth<TFloat>(int columns)
        where TFloat : struct, IFloatLane<TFloat>
    {
        if (columns >= 2 * TFloat.Width)
            return 2 * TFloat.Width;
        int width = TFloat.Width;
        while (width > columns && width > NarrowestRegister)
            width /= 2;
        return width;
    }

    // Two tiles of middling height are better than a whole one and one that has too few sums to hide the latency of the additions.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PanelHeight<TFloat>(int rows)
        where TFloat : struct, IFloatLane<TFloat>
    {
        int most = Tile.MostRows<TFloat>();
        if (rows >= 2 * most)
            return most;
        return rows > most ? (rows + 1) / 2 : rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tiles<TFloat>(
        in Operand left, in Operand right, in MatrixView c, int firstRow, int rows, int steps, bool accumulate, ref float edge)
        where TFloat : struct, IFloatLane<TFloat>
    {
        bool isLarge = c.Extent > SmallLeft;
        for (int j = 0, width; j < c.Columns; j += width)
        {
            width = PanelWidth<TFloat>(c.Columns - j);
            ref float rightPanel = ref right.Panel(j, width, out _, out nint rightStep);
            int used = Math.Min(width, c.Columns - j);
            bool whole = used == width && c.ColumnStride == 1;
            for (int i = firstRow, height; i < firstRow + rows; i += height)
            {
                height = PanelHeight<TFloat>(firstRow + rows - i);
                ref float leftPanel = ref left.Panel(i, height, out nint leftRow, out nint leftStep);
                ref float target = ref c.At(i, j);
                if (whole)
                {
                    if (isLarge)
                        FetchNext(in c, i + height, Math.Min(height, firstRow + rows - i - height), j, width);
                    Multiply<TFloat>(width, height, steps, ref leftPanel, leftRow, leftStep, ref rightPanel, rightStep, ref target, c.RowStride, accumulate);
                    continue;
                }

                // What cannot be written in whole registers is computed beside the destination.
                if (accumulate)
                    Copy(ref target, c.RowStride, c.ColumnStride, ref edge, width, 1, height, used);
                Multiply<TFloat>(width, height, steps, ref leftPanel, leftRow, leftStep, ref rightPanel, rightStep, ref edge, width, accumulate);
                Copy(ref edge, width, 1, ref target, c.RowStride, c.ColumnStride, height, used);
            }
        }
    }

    // The next tile then finds its sums in the cache, where it would wait for them at once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchNext(in MatrixView c, int row, int rows, int column, int width)
    {
        for (int i = row; i < row + rows; i++)
        {
            Prefetch.Line(in c.At(i, column));
            Prefetch.Line(in c.At(i, column + width - 1));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply<TFloat>(
        int width,
        int height,
        int steps,
        ref float left,
        nint leftRow,
        nint leftStep,
        ref float right,
        nint rightStep,
        ref float target,
        nint targetRow,
        bool accumulate)
        where TFloat : struct, IFloatLane<TFloat>
    {
        if (width == 2 * TFloat.Width)
            Tile.Multiply<TFloat, Count2>(height, steps, ref left, leftRow, leftStep, ref right, rightStep, ref target, targetRow, accumulate);
        else if (width == TFloat.Width)
            Tile.Multiply<TFloat, Count1>(height, steps, ref left, leftRow, leftStep, ref right, rightStep, ref target, targetRow, accumulate);
        else if (width == 8)
            Tile.Multiply<FloatLane256, Count1>(height, steps, ref left, leftRow, leftStep, ref right, rightStep, ref target, targetRow, accumulate);
        else
            Tile.Multiply<FloatLane128, Count1>(height, steps, ref left, leftRow, leftStep, ref right, rightStep, ref target, targetRow, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Copy(
        ref float source, nint sourceRow, nint sourceColumn, ref float target, nint targetRow, nint targetColumn, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                Unsafe.Add(ref target, i * targetRow + j * targetColumn) = Unsafe.Add(ref source, i * sourceRow + j * sourceColumn);
        }
    }

    /// <summary>A block of an operand, whose first members are read where they are and whose others are packed.</summary>
    private readonly ref struct Operand(ref float start, nint stride, nint depthStride, int direct, ref float packed, int steps)
    {
        private readonly ref float _start = ref start;
        private readonly ref float _packed = ref packed;

        public void Pack<TFloat>(int member, int members, int width)
            where TFloat : struct, IFloatLane<TFloat> => Packing.Pack<TFloat>(
                ref Unsafe.Add(ref _start, member * stride), stride, members, depthStride, steps, width, ref PackedPanel(member));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ref float Panel(int member, int width, out nint memberStride, out nint step)
        {
            bool isDirect = member < direct;
            memberStride = isDirect ? stride : 1;
            step = isDirect ? depthStride : width;
            return ref isDirect ? ref Unsafe.Add(ref _start, member * stride) : ref PackedPanel(member);
        }

        private ref float PackedPanel(int member) => ref Unsafe.Add(ref _packed, (nint)(member - direct) * steps);
    }
}
