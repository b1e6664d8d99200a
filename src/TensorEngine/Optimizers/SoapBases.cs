using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Optimizers;

/// <summary>
/// Computes the bases of <see cref="Soap"/>: eigenvectors of a symmetric matrix, with a full decomposition first and one step of the power
/// iteration later. Allocates its memory up front, and nothing later.
/// </summary>
internal sealed class SoapBases
{
    private readonly AlignedBuffer _product;
    private readonly AlignedBuffer _sorted;
    private readonly HouseholderFactors _factors;
    private readonly SymmetricBasis _eigenvectors;
    private readonly double[] _sizes;
    private readonly int[] _order;

    /// <summary>Allocates the memory for matrices up to a given side.</summary>
    public SoapBases(int side)
    {
        _product = new AlignedBuffer(side * side);
        _sorted = new AlignedBuffer(side * side);
        double[] matrix = new double[side * side], factor = new double[side * side];
        _factors = new HouseholderFactors(matrix, factor, side);
        _eigenvectors = new SymmetricBasis(matrix, factor, side);
        _sizes = new double[side];
        _order = new int[side];
    }

    /// <summary>Adds the product of a gradient and its transpose to their average.</summary>
    /// <param name="gradient">[side, others].</param>
    /// <param name="kept">The share of the average that a step keeps.</param>
    /// <param name="average">[side, side], row by row; updated.</param>
    /// <param name="workers">The threads that share long work, or null.</param>
    public void Average(ReadOnlyMatrixSpan gradient, double kept, Span<float> average, Workers? workers)
    {
        Span<float> product = _product.Span[..average.Length];
        SymmetricProduct.Multiply(gradient, gradient.Transposed, new(product, gradient.Rows, gradient.Rows), workers);
        Interpolation.Between(1 - kept, average, product, average, workers);
    }

    /// <summary>Computes all eigenvectors of an average, those of the largest eigenvalues first.</summary>
    public void Find(ReadOnlySpan<float> average, int side, Span<float> basis) => _eigenvectors.Find(average, side, basis);

    /// <summary>
    /// Takes one step of the power iteration from a basis: sorts its vectors by their eigenvalues, estimated as q . A q, and replaces the
    /// basis with the orthogonal factor of A times the basis.
    /// </summary>
    /// <returns>The previous position of each vector; valid until the next call.</returns>
    public ReadOnlySpan<int> Improve(ReadOnlySpan<float> average, int side, Span<float> basis, Workers? workers)
    {
        Span<float> product = _product.Span[..basis.Length], sorted = _sorted.Span[..basis.Length];
        MatrixProduct.Multiply(
            new ReadOnlyMatrixSpan(average, side, side), new ReadOnlyMatrixSpan(basis, side, side), new(product, side, side), workers);
        Span<double> sizes = _sizes.AsSpan(0, side);
        sizes.Clear();
        for (int i = 0; i < product.Length; i += side)
        {
            for (int j = 0; j < side; j++)
                sizes[j] += (double)basis[i + j] * product[i + j];
        }

        Span<int> order = _order.AsSpan(0, side);
        SymmetricBasis.Order(sizes, order);
        for (int i = 0; i < product.Length; i += side)
        {
            for (int j = 0; j < side; j++)
                sorted[i + j] = product[i + order[j]];
        }

        _factors.Decompose(sorted, side, side, transposed: false, workers);
        ReadOnlySpan<double> factor = _factors.OrthogonalFactor(workers);
        for (int i = 0; i < basis.Length; i++)
            basis[i] = (float)factor[i];
        return order;
    }
}
