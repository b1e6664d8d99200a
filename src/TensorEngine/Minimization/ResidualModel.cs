using System.Numerics.Tensors;

namespace TensorEngine.Minimization;

/// <summary>
/// Residuals as <see cref="LevenbergMarquardt"/> sees them: times the roots of their weights, and times a power of two that brings
/// those at the start near 1, so that no square overflows or vanishes. The Jacobian lies column by column.
/// </summary>
internal sealed class ResidualModel
{
    private readonly Residuals _residuals;
    private readonly Jacobian? _jacobian;
    private readonly NumericalJacobian? _numerical;
    private readonly double[] _roots;
    private readonly double[] _raw;
    private readonly double[] _rows;
    private readonly int _count;
    private int _exponent;

    public ResidualModel(Residuals residuals, Jacobian? jacobian, int count, ReadOnlySpan<double> start, LeastSquaresOptions options)
    {
        (_residuals, _jacobian, _count) = (residuals, jacobian, count);
        _roots = [.. options.Weights.ToArray().Select(Math.Sqrt)];
        _raw = new double[count];
        _rows = jacobian is null ? [] : new double[count * start.Length];
        _numerical = jacobian is null ? new NumericalJacobian(residuals, count, start, options.Bounds) : null;
    }

    /// <summary>A token that is checked before each column of differences; after cancellation, these are NaN.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Evaluations of the residuals, without those for a numerical Jacobian.</summary>
    public long Evaluations { get; private set; }

    /// <summary>Evaluations of the Jacobian.</summary>
    public long JacobianEvaluations { get; private set; }

    /// <summary>Evaluates at the start and chooses the factor.</summary>
    public void Begin(ReadOnlySpan<double> point, Span<double> residuals)
    {
        Evaluate(point, residuals);
        double largest = DoubleVector.LargestMagnitude(residuals);
        if (!double.IsFinite(largest) || largest == 0)
            return;
        _exponent = -Math.ILogB(largest);
        Scale(residuals);
    }

    public void Evaluate(ReadOnlySpan<double> point, Span<double> residuals)
    {
        residuals.Clear();
        _residuals(point, residuals);
        Evaluations++;
        Weigh(residuals);
        Scale(residuals);
    }

    /// <summary>Evaluates the Jacobian into columns, at the point at which the residuals were evaluated.</summary>
    public void EvaluateJacobian(ReadOnlySpan<double> point, Span<double> columns)
    {
        JacobianEvaluations++;
        int variables = point.Length;
        if (_jacobian is not null)
        {
            _rows.AsSpan().Clear();
            _jacobian(point, _rows);
        }
        else
        {
            // Differences need the residuals as they are.
            _residuals(point, _raw);
        }

        for (int j = 0; j < variables; j++)
        {
            Span<double> column = columns.Slice(j * _count, _count);
            if (_numerical is not null)
            {
                if (CancellationToken.IsCancellationRequested)
                    column.Fill(double.NaN);
                else
                    _numerical.Differentiate(point, _raw, j, column);
            }
            else
            {
                for (int i = 0; i < _count; i++)
                    column[i] = _rows[i * variables + j];
            }

            Weigh(column);
            Scale(column);
        }
    }

    /// <summary>A sum of squares in the caller's unit.</summary>
    public double Unscale(double sumOfSquares) => Math.ScaleB(sumOfSquares, -2 * _exponent);

    /// <summary>An element of the inverse of J'J in the caller's unit.</summary>
    public double UnscaleInverse(double element) => Math.ScaleB(element, 2 * _exponent);

    private void Weigh(Span<double> vector)
    {
        if (_roots.Length != 0)
            TensorPrimitives.Multiply(vector, _roots, vector);
    }

    private void Scale(Span<double> vector)
    {
        if (_exponent == 0)
            return;
        foreach (ref double element in vector)
            element = Math.ScaleB(element, _exponent);
    }
}
