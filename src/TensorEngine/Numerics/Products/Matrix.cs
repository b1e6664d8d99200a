using System.Numerics.Tensors;

namespace TensorEngine.Numerics.Products;

/// <summary>Views of matrices.</summary>
public static class Matrix
{
    /// <summary>The transpose of <paramref name="matrix"/> as a view of the same memory.</summary>
    /// <param name="matrix">[rows, columns], any strides.</param>
    /// <returns>[columns, rows].</returns>
    /// <exception cref="ArgumentException"><paramref name="matrix"/> is not of two dimensions.</exception>
    public static ReadOnlyTensorSpan<float> Transpose(in ReadOnlyTensorSpan<float> matrix)
    {
        MatrixView view = MatrixView.Of(matrix);
        // The stride of a side of one element is 0 by TensorSpan's convention.
        return new ReadOnlyTensorSpan<float>(
            view.Span,
            [view.Columns, view.Rows],
            [view.Columns == 1 ? 0 : view.ColumnStride, view.Rows == 1 ? 0 : view.RowStride]);
    }
}
