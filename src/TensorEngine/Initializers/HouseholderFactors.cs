using System.Numerics.Tensors;

namespace TensorEngine.Initializers;

/// <summary>
/// The decomposition A = Q R of a tall matrix, by reflections H_k = I - scale v v^T that map the rest of column k to its first element; Q =
/// H_0 H_1 ... . Rows are combined element by element in a fixed order, and each product and sum rounds separately, so that the bits do not
/// depend on the width of the processor's registers.
/// Source: Golub and Van Loan, Matrix Computations, 4th edition, algorithms 5.1.1 and 5.2.1.
/// </summary>
internal sealed class HouseholderFactors
{
    private readonly int _rows;
    private readonly int _columns;

    // Row by row: R above the diagonal, and from the diagonal down the vector v of each column's reflection.
    private readonly double[] _matrix;
    private readonly double[] _scales;
    private readonly bool[] _negative;
    private readonly double[] _sums;

    /// <summary>Decomposes a matrix in row-major order, or its transpose; the result has at most as many columns as rows.</summary>
    public HouseholderFactors(ReadOnlySpan<float> matrix, int rows, int columns, bool transposed)
    {
        (_rows, _columns) = transposed ? (columns, rows) : (rows, columns);
        _matrix = new double[matrix.Length];
        _scales = new double[_columns];
        _negative = new bool[_columns];
        _sums = new double[_columns];
        for (int row = 0; row < _rows; row++)
        {
            for (int column = 0; column < _columns; column++)
                _matrix[row * _columns + column] = transposed ? matrix[column * columns + row] : matrix[row * columns + column];
        }

        for (int k = 0; k < _columns; k++)
        {
            MakeReflection(k);
            Reflect(_matrix, k, k + 1);
        }
    }

    /// <summary>
    /// Returns the columns of Q in row-major order, each with the sign that makes R's diagonal positive, in the shape of the matrix.
    /// </summary>
    public double[] OrthogonalFactor()
    {
        double[] q = new double[_matrix.Length];
        for (int k = _columns - 1; k >= 0; k--)
        {
            q[k * _columns + k] = 1;
            Reflect(q, k, k);
        }

        for (int row = 0; row < _rows; row++)
        {
            for (int column = 0; column < _columns; column++)
            {
                if (_negative[column])
                    q[row * _columns + column] = -q[row * _columns + column];
            }
        }

        return q;
    }

    // v = x + sign(x_0) |x| e_0, so that nothing cancels; then R's element is -sign(x_0) |x|.
    private void MakeReflection(int k)
    {
        double squares = 0;
        for (int row = k; row < _rows; row++)
        {
            double x = _matrix[row * _columns + k];
            squares += x * x;
        }

        if (squares == 0)
            return;
        ref double first = ref _matrix[k * _columns + k];
        _negative[k] = !double.IsNegative(first);
        double norm = Math.CopySign(Math.Sqrt(squares), first);
        // |v|^2 = 2 |x| (|x| + |x_0|).
        _scales[k] = 1 / (norm * (norm + first));
        first += norm;
    }

    // Target becomes H_k target, from column start on: the rows weighted by v are summed, and the sum, weighted, is taken from
    // each row.
    private void Reflect(double[] target, int k, int start)
    {
        int width = _columns - start;
        if (width == 0 || _scales[k] == 0)
            return;
        Span<double> sums = _sums.AsSpan(0, width);
        sums.Clear();
        for (int row = k; row < _rows; row++)
            TensorPrimitives.MultiplyAdd(target.AsSpan(row * _columns + start, width), _matrix[row * _columns + k], sums, sums);
        for (int row = k; row < _rows; row++)
        {
            Span<double> elements = target.AsSpan(row * _columns + start, width);
            TensorPrimitives.MultiplyAdd(sums, -_scales[k] * _matrix[row * _columns + k], elements, elements);
        }
    }
}
