using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// The rows of a table that have a gradient, each once, in the order in which they first came; segments count from the table.
/// </summary>
internal sealed class RowSet(Parameter table)
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
                _segments[_count++] = new Segment(start, start, _columns);
                row.Clear();
            }

            Combine.AddScaled(row, 1, values.Slice(i * _columns, _columns));
        }
    }

    public void Forget()
    {
        foreach (Segment segment in Segments)
            _present[segment.Offset / _columns] = false;
        _count = 0;
    }
}
