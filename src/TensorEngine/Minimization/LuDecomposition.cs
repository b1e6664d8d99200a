namespace TensorEngine.Minimization;

/// <summary>
/// Solves small systems of linear equations by Gaussian elimination with partial pivoting. Memory is allocated on construction, for
/// systems of up to <c>capacity</c> unknowns.
/// </summary>
internal sealed class LuDecomposition(int capacity)
{
    private readonly double[] _elements = new double[capacity * capacity];
    private readonly int[] _pivots = new int[capacity];
    private int _size;

    /// <summary>The matrix to decompose, row by row; element (i, j) at i * size + j. <see cref="Decompose"/> overwrites it.</summary>
    public Span<double> Elements(int size) => _elements.AsSpan(0, size * size);

    /// <summary>Decomposes what <see cref="Elements"/> holds.</summary>
    /// <returns>Whether it is regular.</returns>
    public bool Decompose(int size)
    {
        _size = size;
        for (int k = 0; k < size; k++)
        {
            int pivot = k;
            for (int i = k + 1; i < size; i++)
            {
                if (Math.Abs(_elements[i * size + k]) > Math.Abs(_elements[pivot * size + k]))
                    pivot = i;
            }

            double largest = _elements[pivot * size + k];
            if (!(Math.Abs(largest) > 0) || !double.IsFinite(largest))
                return false;
            _pivots[k] = pivot;
            if (pivot != k)
                SwapRows(k, pivot);
            for (int i = k + 1; i < size; i++)
            {
                double factor = _elements[i * size + k] /= largest;
                for (int j = k + 1; j < size; j++)
                    _elements[i * size + j] = Math.FusedMultiplyAdd(-factor, _elements[k * size + j], _elements[i * size + j]);
            }
        }

        return true;
    }

    /// <summary>Replaces a right side by the solution.</summary>
    public void Solve(Span<double> vector)
    {
        for (int k = 0; k < _size; k++)
            (vector[k], vector[_pivots[k]]) = (vector[_pivots[k]], vector[k]);
        for (int i = 1; i < _size; i++)
        {
            for (int j = 0; j < i; j++)
                vector[i] = Math.FusedMultiplyAdd(-_elements[i * _size + j], vector[j], vector[i]);
        }

        for (int i = _size - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < _size; j++)
                vector[i] = Math.FusedMultiplyAdd(-_elements[i * _size + j], vector[j], vector[i]);
            vector[i] /= _elements[i * _size + i];
        }
    }

    private void SwapRows(int one, int other)
    {
        for (int j = 0; j < _size; j++)
        {
            (_elements[one * _size + j], _elements[other * _size + j]) =
                (_elements[other * _size + j], _elements[one * _size + j]);
        }
    }
}
