using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>The rows of a table that have a gradient, each once, in the order in which they first came.</summary>
internal sealed class RowSet(Parameter table, int stateOffset)
{
    private readonly Segment[] _segments = new Segment[table.Shape[0]];
    private readonly bool[] _present = new bool[table.Shape[0]];
    private readonly int _columns = table.Shape[1];
    private int _count;

    public ReadOnlySpan<Segment> Segments => _segments.AsSpan(0, _count);

    /// <summary>Sums the values into the table's gradients.</summary>
    public void Add(ReadOnlySpan<int> rows, ReadOnlySpan<float> values)
    {
        Span<float> gradients = table.Gradients;
        for (int i = 0; i < rows.Length; i++)
        {
            int start = rows[i] * _columns;
            Span<float> row = gradients.Slice(start, _columns);
            if (!_present[rows[i]])
            {
                _present[rows[i]] = true;
                _segments[_count++] = new Segment(table.Offset + start, stateOffset + start, _columns);
                row.Clear();
            }

            Whole.Move(row, 1, values.Slice(i * _columns, _columns));
        }
    }

    public void Forget()
    {
        foreach (Segment segment in Segments)
            _present[(segment.Offset - table.Offset) / _columns] = false;
        _count = 0;
    }
}

/// <summary>Rows that are given by indices.</summary>
internal static class SparseRows
{
    [ThreadStatic]
    private static long[]? s_order;

    [ThreadStatic]
    private static float[]? s_sum;

    public static void Check(ReadOnlySpan<int> rows, int valueCount, string valuesName, int tableRows, int columns)
    {
        if ((long)rows.Length * columns != valueCount)
        {
            throw new ArgumentException(
                $"{valuesName} has {valueCount} elements; {rows.Length} rows of {columns} columns have {(long)rows.Length * columns}.", valuesName);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            if ((uint)rows[i] >= (uint)tableRows)
                throw new ArgumentOutOfRangeException(nameof(rows), rows[i], $"rows[{i}] is {rows[i]}; the table has the rows 0 to {tableRows - 1}.");
        }
    }

    /// <summary>
    /// The rows with their places, row in the upper half and place in the lower one, in ascending order; and memory for one row.
    /// All keys differ, so that any sort gives the same order.
    /// </summary>
    public static ReadOnlySpan<long> Sort(ReadOnlySpan<int> rows, int columns, out Span<float> sum)
    {
        if (s_order is null || s_order.Length < rows.Length)
            s_order = new long[rows.Length];
        if (s_sum is null || s_sum.Length < columns)
            s_sum = new float[columns];
        for (int i = 0; i < rows.Length; i++)
            s_order[i] = (long)rows[i] << 32 | (uint)i;
        Span<long> order = s_order.AsSpan(0, rows.Length);
        order.Sort();
        sum = s_sum.AsSpan(0, columns);
        return order;
    }
}
