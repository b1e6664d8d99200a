using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Autograd.Operations;

/// <summary>Matrices of elements in row-major order, and products that overwrite or add.</summary>
internal static class Rows
{
    /// <summary>Whole rows, one after the other.</summary>
    public static ReadOnlyMatrixSpan AsRows(this ReadOnlySpan<float> elements, int columns) =>
        new(elements, elements.Length / columns, columns);

    /// <summary>Whole rows, one after the other.</summary>
    public static MatrixSpan AsRows(this Span<float> elements, int columns) => new(elements, elements.Length / columns, columns);

    /// <summary>destination = left · right, or destination += left · right.</summary>
    public static void Multiply(ReadOnlyMatrixSpan left, ReadOnlyMatrixSpan right, MatrixSpan destination, bool adds, Workers? workers)
    {
        if (adds)
            MatrixProduct.MultiplyAdd(left, right, destination, workers);
        else
            MatrixProduct.Multiply(left, right, destination, workers);
    }

    /// <summary>destination[i] = left[i] · right[i] for every matrix, or destination[i] += left[i] · right[i].</summary>
    public static void Multiply(
        ReadOnlyMatrixBatchSpan left, ReadOnlyMatrixBatchSpan right, MatrixBatchSpan destination, bool adds, Workers? workers)
    {
        if (adds)
            MatrixProduct.MultiplyAddBatch(left, right, destination, workers);
        else
            MatrixProduct.MultiplyBatch(left, right, destination, workers);
    }
}
