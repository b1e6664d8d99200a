using System.Numerics.Tensors;

namespace TensorEngine.Numerics;

/// <summary>
/// The eigenvectors of a symmetric matrix: reflections make it tridiagonal, and rotations of the implicit QL algorithm diagonal. Rows are
/// combined element by element in a fixed order, and each product and sum rounds separately, so the bits are the same everywhere. Holds the
/// memory for it, and allocates nothing later.
/// Source: Golub and Van Loan, Matrix Computations, 4th edition, sections 8.3.1 and 8.3.3.
/// </summary>
/// <param name="matrix">Memory for the largest matrix.</param>
/// <param name="basis">The same amount for its eigenvectors.</param>
/// <param name="side">The side of the largest matrix.</param>
internal sealed class SymmetricBasis(double[] matrix, double[] basis, int side)
{
    // Of NaN no rotation makes a diagonal; a matrix of numbers takes two or three for each eigenvalue.
    private const int MostSweeps = 60;
    private const double Unit = 1.0 / (1L << 52);

    private readonly double[] _matrix = matrix;
    private readonly double[] _basis = basis;
    private readonly double[] _diagonal = new double[side];
    private readonly double[] _beside = new double[side];
    private readonly double[] _scales = new double[side];
    private readonly double[] _vector = new double[side];
    private readonly double[] _row = new double[side];
    private readonly int[] _order = new int[side];
    private int _side;

    /// <summary>Computes the eigenvectors as the columns of a matrix, those of the largest eigenvalues first.</summary>
    /// <param name="symmetric">[length, length], row by row.</param>
    /// <param name="length">The side.</param>
    /// <param name="vectors">[length, length], row by row; receives the eigenvectors, orthonormal and of any sign.</param>
    public void Find(ReadOnlySpan<float> symmetric, int length, Span<float> vectors)
    {
        _side = length;
        for (int i = 0; i < symmetric.Length; i++)
            _matrix[i] = symmetric[i];
        MakeTridiagonal();
        MakeBasis();
        for (int k = 0; k < _side; k++)
            MakeDiagonal(k);
        Order(_diagonal.AsSpan(0, _side), _order.AsSpan(0, _side));
        for (int row = 0; row < _side; row++)
        {
            for (int column = 0; column < _side; column++)
                vectors[row * _side + column] = (float)_basis[_order[column] * _side + row];
        }
    }

    /// <summary>Gets the indices that sort numbers in descending order; equal numbers, and NaN, keep their order.</summary>
    public static void Order(ReadOnlySpan<double> numbers, Span<int> places)
    {
        for (int i = 0; i < places.Length; i++)
        {
            int at = i;
            for (; at > 0 && numbers[i] > numbers[places[at - 1]]; at--)
                places[at] = places[at - 1];
            places[at] = i;
        }
    }

    private Span<double> Row(double[] matrix, int row, int start) => matrix.AsSpan(row * _side + start, _side - start);

    // Row k of the matrix, from its diagonal on, keeps the vector v of H_k = I - scale v v^T; what follows becomes H_k A H_k.
    private void MakeTridiagonal()
    {
        for (int k = 0; k < _side; k++)
        {
            int start = k + 1, rest = _side - start;
            _diagonal[k] = _matrix[k * _side + k];
            (_beside[k], _scales[k]) = (rest == 1 ? _matrix[k * _side + start] : 0, 0);
            if (rest < 2)
                continue;
            Span<double> v = Row(_matrix, k, start);
            double squares = 0;
            foreach (double x in v)
                squares += x * x;
            if (squares == 0)
                continue;
            double norm = Math.CopySign(Math.Sqrt(squares), v[0]);
            _scales[k] = 1 / (norm * (norm + v[0]));
            v[0] += norm;
            _beside[k] = -norm;
            ReflectBothSides(v, start, _scales[k]);
        }
    }

    // A - v w^T - w v^T with w = q - (scale / 2) (q . v) v and q = scale A v.
    private void ReflectBothSides(ReadOnlySpan<double> v, int start, double scale)
    {
        Span<double> w = _vector.AsSpan(0, v.Length);
        w.Clear();
        for (int i = 0; i < v.Length; i++)
            TensorPrimitives.MultiplyAdd(Row(_matrix, start + i, start), scale * v[i], w, w);
        double along = 0;
        for (int i = 0; i < v.Length; i++)
            along += w[i] * v[i];
        TensorPrimitives.MultiplyAdd(v, -scale / 2 * along, w, w);
        for (int i = 0; i < v.Length; i++)
        {
            Span<double> row = Row(_matrix, start + i, start);
            TensorPrimitives.MultiplyAdd(w, -v[i], row, row);
            TensorPrimitives.MultiplyAdd(v, -w[i], row, row);
        }
    }

    // H_0 H_1 ..., from the last one on, and its transpose: the columns are rotated, and lie one behind the other then.
    private void MakeBasis()
    {
        _basis.AsSpan(0, _side * _side).Clear();
        for (int k = _side - 1; k >= 0; k--)
        {
            _basis[k * _side + k] = 1;
            if (_scales[k] == 0)
                continue;
            int start = k + 1;
            ReadOnlySpan<double> v = Row(_matrix, k, start);
            Span<double> sums = _vector.AsSpan(0, v.Length);
            sums.Clear();
            for (int i = 0; i < v.Length; i++)
                TensorPrimitives.MultiplyAdd(Row(_basis, start + i, start), v[i], sums, sums);
            for (int i = 0; i < v.Length; i++)
            {
                Span<double> row = Row(_basis, start + i, start);
                TensorPrimitives.MultiplyAdd(sums, -_scales[k] * v[i], row, row);
            }
        }

        for (int row = 0; row < _side; row++)
        {
            for (int column = 0; column < row; column++)
                (_basis[row * _side + column], _basis[column * _side + row]) = (_basis[column * _side + row], _basis[row * _side + column]);
        }
    }

    // Sweeps from the first block that is not yet diagonal, until what is beside number k is nothing.
    private void MakeDiagonal(int k)
    {
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            int end = k;
            while (end < _side - 1 && !(Math.Abs(_beside[end]) <= Unit * (Math.Abs(_diagonal[end]) + Math.Abs(_diagonal[end + 1]))))
                end++;
            if (end == k)
                return;
            Sweep(k, end);
        }
    }

    // Rotations from the end of a block up, whose first one is that of the shifted matrix (Wilkinson's shift).
    private void Sweep(int k, int end)
    {
        double[] d = _diagonal, e = _beside;
        double half = (d[k + 1] - d[k]) / (2 * e[k]);
        double shift = d[k] - e[k] / (half + Math.CopySign(Math.Sqrt(half * half + 1), half));
        double x = d[end] - shift, sine = 1, cosine = 1, moved = 0;
        for (int i = end - 1; i >= k; i--)
        {
            double bulge = sine * e[i], next = cosine * e[i];
            double length = Math.Sqrt(bulge * bulge + x * x);
            e[i + 1] = length;
            if (length == 0)
            {
                // The block falls into two.
                d[i + 1] -= moved;
                e[end] = 0;
                return;
            }

            (sine, cosine) = (bulge / length, x / length);
            double above = d[i + 1] - moved;
            double turned = (d[i] - above) * sine + 2 * cosine * next;
            moved = sine * turned;
            d[i + 1] = above + moved;
            x = cosine * turned - next;
            Rotate(Row(_basis, i, 0), Row(_basis, i + 1, 0), cosine, sine);
        }

        d[k] -= moved;
        e[k] = x;
        e[end] = 0;
    }

    // upper = cosine * upper - sine * lower, lower = sine * upper + cosine * lower.
    private void Rotate(Span<double> upper, Span<double> lower, double cosine, double sine)
    {
        Span<double> old = _row.AsSpan(0, _side);
        upper.CopyTo(old);
        TensorPrimitives.Multiply(upper, cosine, upper);
        TensorPrimitives.MultiplyAdd(lower, -sine, upper, upper);
        TensorPrimitives.Multiply(lower, cosine, lower);
        TensorPrimitives.MultiplyAdd(old, sine, lower, lower);
    }
}
