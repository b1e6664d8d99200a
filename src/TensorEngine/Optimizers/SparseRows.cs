namespace TensorEngine.Optimizers;

/// <summary>Helpers for rows that are given by their indices.</summary>
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
                $"{valuesName} has {valueCount} elements; "
                + $"{rows.Length} rows of {columns} columns have {(long)rows.Length * columns}.", valuesName);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            if ((uint)rows[i] >= (uint)tableRows)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(rows), rows[i], $"rows[{i}] is {rows[i]}; the table has the rows 0 to {tableRows - 1}.");
            }
        }
    }

    /// <summary>
    /// Returns the rows with their positions, the row in the upper half and the position in the lower half, in ascending order, and memory
    /// for one row. All keys differ, so any sort gives the same order.
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
