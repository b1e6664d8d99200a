using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <summary>
/// A matrix product in parts for several threads: a grid of blocks of the destination, each a product of its own. Every thread
/// packs what it needs, so the parts are as square as they can be.
/// </summary>
internal readonly ref struct ProductParts<TFloat> : IWork
    where TFloat : struct, ITileLane<TFloat>
{
    // What one core does in a nanosecond, about.
    public const int MultiplicationsPerNanosecond = 48;
    private const int PartsPerThread = 2;

    private readonly MatrixSpan _left;
    private readonly MatrixSpan _right;
    private readonly MatrixSpan _destination;
    private readonly bool _accumulate;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _partsAcross;

    public ProductParts(MatrixSpan left, MatrixSpan right, MatrixSpan destination, bool accumulate, Workers? workers)
    {
        _left = left;
        _right = right;
        _destination = destination;
        _accumulate = accumulate;
        (_rows, _columns, _partsAcross, Count) = (destination.Rows, destination.Columns, 1, 1);
        if (workers is null)
            return;
        double multiplications = (double)destination.Rows * destination.Columns * left.Columns;
        int most = Math.Min(
            Workers.PartsFor(workers, (long)(multiplications / MultiplicationsPerNanosecond)), workers.ThreadCount * PartsPerThread);
        // Where nothing has to be packed, parts are rows, each thread's a stretch of memory of its own: two threads take 0.61 of one
        // for 128 by 128 by 128, and with parts of columns 0.70. Blocks as square as they can be save packing elsewhere.
        bool byRows = destination.ColumnStride == 1 && ProductBlocks.ReadsRightWhereItIs(right);
        int leastRows = byRows ? 2 * Tile.MostRows<TFloat>() : int.MaxValue;
        int down = 1, across = 1;
        while (down * across * 2 <= most)
        {
            if (destination.Rows / down >= leastRows || destination.Columns / across < destination.Rows / down)
                down *= 2;
            else
                across *= 2;
        }

        // Whole tiles, so that only the last parts have narrower ones.
        _rows = RoundUp((destination.Rows + down - 1) / down, Tile.MostRows<TFloat>());
        _columns = RoundUp((destination.Columns + across - 1) / across, 2 * TFloat.Width);
        _partsAcross = (destination.Columns - 1) / _columns + 1;
        Count = _partsAcross * ((destination.Rows - 1) / _rows + 1);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>
    /// Gives the calling thread the scratch memory of the largest part at once: which parts it will do is a matter of luck, and a
    /// call like the first one is to allocate nothing.
    /// </summary>
    public void Prepare()
    {
        MatrixSpan destination = _destination.Block(0, 0, Math.Min(_rows, _destination.Rows), Math.Min(_columns, _destination.Columns));
        ProductBlocks.Reserve<TFloat>(
            _left.Block(0, 0, destination.Rows, _left.Columns),
            _right.Block(0, 0, _right.Rows, destination.Columns),
            destination,
            out _,
            out _,
            out _);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int part)
    {
        int row = part / _partsAcross * _rows, column = part % _partsAcross * _columns;
        MatrixSpan destination = _destination.Block(
            row, column, Math.Min(_rows, _destination.Rows - row), Math.Min(_columns, _destination.Columns - column));
        MatrixSpan left = _left.Block(row, 0, destination.Rows, _left.Columns);
        MatrixSpan right = _right.Block(0, column, _right.Rows, destination.Columns);
        if (destination.Rows > 1 || !VectorProduct.TryMultiply<TFloat>(left, right, destination, _accumulate))
            ProductBlocks.Multiply<TFloat>(left, right, destination, _accumulate);
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
