using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// The rows of a table that have a gradient, each once, in the order of their first gradient; segments are relative to the table.
/// </summary>
internal sealed class RowSet(Parameter table)
{
    private readonly Segment[] _segments = new Segment[table.Shape[0]];
    private readonly bool[] _present = new bool[table.Shape[0]];
    private readonly int _columns = table.Shape[1];
    private int _count;
    private long _clears;

    /// <summary>The rows; empty after the store has cleared its gradients.</summary>
    public ReadOnlySpan<Segment> Segments
    {
        get
        {
            if (_clears != table.Store.GradientClears)
                Forget();
            return _segments.AsSpan(0, _count);
        }
    }

    /// <summary>Adds the values to the table's gradients.</summary>
    public void Add(ReadOnlySpan<int> rows, ReadOnlySpan<float> values)
    {
        if (_clears != table.Store.GradientClears)
            Forget();
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
        foreach (Segment segment in _segments.AsSpan(0, _count))
            _present[segment.Offset / _columns] = false;
        _count = 0;
        _clears = table.Store.GradientClears;
    }
}
