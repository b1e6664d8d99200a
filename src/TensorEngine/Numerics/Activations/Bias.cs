using System.Numerics.Tensors;

namespace TensorEngine.Numerics.Activations;

/// <summary>The same vector added to every row. Its gradient is <see cref="Reduction.ColumnSums"/>.</summary>
public static class Bias
{
    /// <summary>Adds <paramref name="bias"/> to every row of <paramref name="matrix"/>, in place, each sum rounded once.</summary>
    /// <param name="matrix">[rows, columns], row by row; the columns are as many as <paramref name="bias"/> has elements.</param>
    /// <param name="bias">[columns], apart from <paramref name="matrix"/>.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="bias"/> is empty, does not divide the matrix into rows, or overlaps it.
    /// </exception>
    public static void Add(Span<float> matrix, ReadOnlySpan<float> bias)
    {
        Require.Rows(matrix, bias);
        Require.Apart(bias, matrix);
        for (int start = 0; start < matrix.Length; start += bias.Length)
        {
            Span<float> row = matrix.Slice(start, bias.Length);
            TensorPrimitives.Add(row, bias, row);
        }
    }
}
