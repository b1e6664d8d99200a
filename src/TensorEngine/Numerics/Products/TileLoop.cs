using System.Diagnostics;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <summary>Goes over a block of the destination, tile by tile.</summary>
/// <param name="left">The rows of the left operand that the block has.</param>
/// <param name="right">The columns of the right one.</param>
/// <param name="target">The block.</param>
/// <param name="steps">The number of k.</param>
/// <param name="accumulate">Whether the block has sums already, to which the products are added.</param>
/// <param name="edge">Memory for a tile that cannot be written in whole registers.</param>
internal readonly ref struct TileLoop(
    ProductOperand left, ProductOperand right, MatrixSpan target, int steps, bool accumulate, ref float edge)
{
    // A target of more floats than this is not in the first-level cache.
    private const int SmallTarget = 16 * 1024;

    private readonly ProductOperand _left = left;
    private readonly ProductOperand _right = right;
    private readonly MatrixSpan _target = target;
    private readonly ref float _edge = ref edge;

    /// <summary>The tiles of some rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TFloat>(int firstRow, int rows)
        where TFloat : struct, ITileLane<TFloat>
    {
        Debug.Assert(firstRow >= 0 && rows > 0 && firstRow + rows <= _target.Rows, $"{rows} rows from {firstRow} on of {_target.Rows}.");
        bool isLarge = _target.Extent > SmallTarget;
        var tile = new TileOperands { Steps = steps, Accumulate = accumulate };
        for (int j = 0, width; j < _target.Columns; j += width)
        {
            width = ProductBlocks.PanelWidth<TFloat>(_target.Columns - j);
            tile.Right = ref _right.Panel(j, width, out _, out tile.RightStep);
            int used = Math.Min(width, _target.Columns - j);
            bool whole = used == width && _target.ColumnStride == 1;
            for (int i = firstRow, height; i < firstRow + rows; i += height)
            {
                height = ProductBlocks.PanelHeight<TFloat>(firstRow + rows - i);
                tile.Left = ref _left.Panel(i, height, out tile.LeftRow, out tile.LeftStep);
                if (whole)
                {
                    if (isLarge)
                        FetchNext(i + height, Math.Min(height, firstRow + rows - i - height), j, width);
                    tile.Target = ref _target.At(i, j);
                    tile.TargetRow = _target.RowStride;
                    Multiply<TFloat>(width, height, tile);
                }
                else
                {
                    MultiplyBeside<TFloat>(width, ref tile, _target.Block(i, j, height, used));
                }
            }
        }
    }

    // What cannot be written in whole registers is computed beside the destination.
    private void MultiplyBeside<TFloat>(int width, scoped ref TileOperands tile, MatrixSpan target)
        where TFloat : struct, ITileLane<TFloat>
    {
        var beside = new MatrixSpan(ref _edge, target.Rows, target.Columns, rowStride: width);
        tile.Target = ref _edge;
        tile.TargetRow = width;
        if (accumulate)
            Copy(target, beside);
        Multiply<TFloat>(width, target.Rows, tile);
        Copy(beside, target);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Copy(MatrixSpan source, MatrixSpan target)
    {
        Debug.Assert(source.Rows == target.Rows && source.Columns == target.Columns, $"{source.ToString()} to {target.ToString()}.");
        for (int i = 0; i < target.Rows; i++)
        {
            for (int j = 0; j < target.Columns; j++)
                target.At(i, j) = source.At(i, j);
        }
    }

    // The next tile then finds its sums in the cache, where it would wait for them at once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FetchNext(int row, int rows, int column, int width)
    {
        for (int i = row; i < row + rows; i++)
        {
            Prefetch.Line(in _target.At(i, column));
            Prefetch.Line(in _target.At(i, column + width - 1));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply<TFloat>(int width, int height, scoped in TileOperands tile)
        where TFloat : struct, ITileLane<TFloat>
    {
        if (width == 2 * TFloat.Width)
            Tile.Multiply<TFloat, Count2>(height, tile);
        else if (width == TFloat.Width)
            Tile.Multiply<TFloat, Count1>(height, tile);
        else if (width == 8)
            Tile.Multiply<FloatLane256, Count1>(height, tile);
        else
            Tile.Multiply<FloatLane128, Count1>(height, tile);
    }
}
