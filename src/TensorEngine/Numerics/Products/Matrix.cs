using System.Numerics.Tensors;

namespace TensorEngine.Numerics.Products;

/// <summary>Views of matrices.</summary>
public static class Matrix
{
    // A tensor span without elements still wants memory.
    private static readonly float[] s_anyMemory = [0];

    /// <summary>The transpose of <paramref name="matrix"/> as a view of the same memory.</summary>
    /// <param name="matrix">[rows, columns], any strides; either side may be 0.</param>
    /// <returns>[columns, rows].</returns>
    /// <exception cref="ArgumentException"><paramref name="matrix"/> is not of two dimensions.</exception>
    public static ReadOnlyTensorSpan<float> Transpose(in ReadOnlyTensorSpan<float> matrix)
    {
        MatrixView view = MatrixView.Of(matrix);
        if (view.Rows == 0 || view.Columns == 0)
            return new ReadOnlyTensorSpan<float>(s_anyMemory, [view.Columns, view.Rows]);
        // The stride of a side of one element is 0 by TensorSpan's convention.
        return new ReadOnlyTensorSpan<float>(
            view.Span,
            [view.Columns, view.Rows],
            [view.Columns == 1 ? 0 : view.ColumnStride, view.Rows == 1 ? 0 : view.RowStride]);
    }
}
