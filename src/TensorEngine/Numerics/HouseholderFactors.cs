using System.Numerics.Tensors;

namespace TensorEngine.Numerics;

/// <summary>
/// The decomposition A = Q R of a tall matrix, by reflections H_k = I - scale v v^T that map the rest of column k to its first element; Q =
/// H_0 H_1 ... . Rows are combined element by element in a fixed order, and each product and sum rounds separately, so that the bits depend
/// neither on the width of the processor's registers nor on the number of threads, which share the columns. Decompositions allocate
/// nothing.
/// Source: Golub and Van Loan, Matrix Computations, 4th edition, algorithms 5.1.1 and 5.2.1.
/// </summary>
/// <param name="matrix">Memory for the largest matrix.</param>
/// <param name="q">The same amount for its orthogonal factor.</param>
/// <param name="side">The maximum number of columns of a matrix.</param>
internal sealed class HouseholderFactors(double[] matrix, double[] q, int side)
{
    // Two passes over a column, of which what is beyond the first-level cache costs more.
    private const double NanosecondsPerElement = 0.5;

    // Row by row: R above the diagonal, and from the diagonal down the vector v of each column's reflection.
    private readonly double[] _matrix = matrix;
    private readonly double[] _q = q;
    private readonly double[] _scales = new double[side];
    private readonly bool[] _negative = new bool[side];
    private readonly double[] _sums = new double[side];
    private int _rows;
    private int _columns;

    /// <summary>Decomposes a matrix in row-major order, or its transpose; the result has at most as many columns as rows.</summary>
    public void Decompose(ReadOnlySpan<float> matrix, int rows, int columns, bool transposed, Workers? workers = null)
    {
        (_rows, _columns) = transposed ? (columns, rows) : (rows, columns);
        for (int row = 0; row < _rows; row++)
        {
            for (int column = 0; column < _columns; column++)
                _matrix[row * _columns + column] = transposed ? matrix[column * columns + row] : matrix[row * columns + column];
        }

        for (int k = 0; k < _columns; k++)
        {
            MakeReflection(k);
            Reflect(_matrix, k, k + 1, workers);
        }
    }

    /// <summary>
    /// Returns the columns of Q in row-major order, each with the sign that makes R's diagonal positive, in the shape of the matrix. The
    /// next call overwrites them.
    /// </summary>
    public ReadOnlySpan<double> OrthogonalFactor(Workers? workers = null)
    {
        Span<double> factor = _q.AsSpan(0, _rows * _columns);
        factor.Clear();
        for (int k = _columns - 1; k >= 0; k--)
        {
            factor[k * _columns + k] = 1;
            Reflect(_q, k, k, workers);
        }

        for (int row = 0; row < _rows; row++)
        {
            for (int column = 0; column < _columns; column++)
            {
                if (_negative[column])
                    factor[row * _columns + column] = -factor[row * _columns + column];
            }
        }

        return factor;
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

        (_scales[k], _negative[k]) = (0, false);
        if (squares == 0)
            return;
        ref double first = ref _matrix[k * _columns + k];
        _negative[k] = !double.IsNegative(first);
        double norm = Math.CopySign(Math.Sqrt(squares), first);
        // |v|^2 = 2 |x| (|x| + |x_0|).
        _scales[k] = 1 / (norm * (norm + first));
        first += norm;
    }

    // Target becomes H_k target, from column start on.
    private void Reflect(double[] target, int k, int start, Workers? workers)
    {
        int width = _columns - start;
        if (width == 0 || _scales[k] == 0)
            return;
        WorkParts parts = Workers.Divide(workers, width, (_rows - k) * NanosecondsPerElement, unit: 16);
        var reflection = new Reflection(this, target, k, start, parts);
        Workers.Run(workers, ref reflection, parts.Count);
    }

    /// <summary>
    /// Reflects some columns: sums the rows, weighted by v, and subtracts the sum, weighted, from each row.
    /// </summary>
    private readonly struct Reflection(HouseholderFactors factors, double[] target, int k, int start, WorkParts parts) : IWork
    {
        public void Run(int part)
        {
            (int first, int width) = parts.Of(part);
            int columns = factors._columns;
            double[] matrix = factors._matrix;
            Span<double> sums = factors._sums.AsSpan(first, width);
            sums.Clear();
            for (int row = k; row < factors._rows; row++)
                TensorPrimitives.MultiplyAdd(target.AsSpan(row * columns + start + first, width), matrix[row * columns + k], sums, sums);
            for (int row = k; row < factors._rows; row++)
            {
                Span<double> elements = target.AsSpan(row * columns + start + first, width);
                TensorPrimitives.MultiplyAdd(sums, -factors._scales[k] * matrix[row * columns + k], elements, elements);
            }
        }
    }
}
