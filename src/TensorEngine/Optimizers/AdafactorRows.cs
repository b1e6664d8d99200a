using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers;

/// <summary>The running mean squares of a matrix's rows.</summary>
internal readonly ref struct AdafactorRowAverages(
    ReadOnlySpan<float> matrix, Span<float> rows, int width, double share, float flush, Workers? workers) : IWork
{
    private const double NanosecondsPerElement = 0.1;

    private readonly ReadOnlySpan<float> _matrix = matrix;
    private readonly Span<float> _rows = rows;

    public WorkParts Parts { get; } = Workers.Divide(workers, rows.Length, width * NanosecondsPerElement, unit: 16);

    public void Run(int part)
    {
        (int first, int count) = Parts.Of(part);
        for (int i = first; i < first + count; i++)
        {
            double mean = Reduction.SquaredNorm(_matrix.Slice(i * width, width)) / width;
            _rows[i] = Average(_rows[i], mean, share, flush);
        }
    }

    // From the nearer end, as torch's lerp, so that a share of 1 leaves nothing of the average. Beyond the range of float it is the
    // largest float, of which the quotients below still make numbers.
    public static float Average(float average, double value, double share, float flush)
    {
        double next = share < 0.5 ? average + share * (value - average) : value + (1 - share) * (average - value);
        return next < flush ? 0 : double.IsFinite(next) ? (float)Math.Min(next, float.MaxValue) : (float)next;
    }
}

/// <summary>Divides each element of a matrix by the root of the square that its row and column predict.</summary>
internal readonly ref struct AdafactorRowQuotients(
    Span<float> matrix,
    ReadOnlySpan<float> rows,
    ReadOnlySpan<float> columns,
    double ofAll,
    double smallestRow,
    float smallestColumn,
    double floor,
    Workers? workers) : IWork
{
    private const double NanosecondsPerElement = 0.3;

    private readonly Span<float> _matrix = matrix;
    private readonly ReadOnlySpan<float> _rows = rows;
    private readonly ReadOnlySpan<float> _columns = columns;

    public WorkParts Parts { get; } = Workers.Divide(workers, rows.Length, columns.Length * NanosecondsPerElement, unit: 1);

    public void Run(int part)
    {
        (int first, int count) = Parts.Of(part);
        for (int i = first; i < first + count; i++)
        {
            Span<float> row = _matrix.Slice(i * _columns.Length, _columns.Length);
            if (_rows[i] == float.MaxValue)
            {
                // Squares beyond the floats: no step, as of the optimizers that see one element at a time.
                row.Clear();
                continue;
            }

            double scale = _rows[i] < smallestRow ? 0 : _rows[i] / ofAll;
            Map.Run(new DivideByRoot(scale, floor, smallestColumn), row, _columns, row);
        }
    }
}
