using System.Numerics.Tensors;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Tests.Digests;

/// <summary>Matrix products of many shapes, of transposes and of matrices with gaps, alone and shared by threads.</summary>
public static class ProductDigests
{
    private static readonly (int Rows, int Inner, int Columns)[] s_sizes =
    [
        (1, 1, 1), (3, 5, 7), (16, 16, 16), (33, 70, 41), (128, 64, 100), (1, 300, 50), (50, 300, 1), (2, 2000, 3), (250, 130, 190),
        (40, 700, 90),
    ];

    public static IEnumerable<DigestCase> Cases =>
    [
        .. from size in s_sizes
           from transposed in new[] { (false, false), (false, true), (true, false), (true, true) }
           let left = transposed.Item1 ? "transposed " : ""
           let right = transposed.Item2 ? "transposed " : ""
           select DigestCase.Of(
               $"product, {left}[{size.Rows}, {size.Inner}] by {right}[{size.Inner}, {size.Columns}]",
               digest => Multiply(size, transposed.Item1, transposed.Item2, digest)),
        DigestCase.Of("product with gaps", MultiplyWithGaps),
    ];

    private static void Multiply((int Rows, int Inner, int Columns) size, bool leftTransposed, bool rightTransposed, Digest digest)
    {
        var numbers = new Numbers(13);
        float[] left = numbers.Floats(size.Rows * size.Inner), right = numbers.Floats(size.Inner * size.Columns);
        float[] product = new float[size.Rows * size.Columns];
        ReadOnlyMatrixSpan storedLeft = leftTransposed
            ? new ReadOnlyMatrixSpan(left, size.Inner, size.Rows).Transposed
            : new(left, size.Rows, size.Inner);
        ReadOnlyMatrixSpan storedRight = rightTransposed
            ? new ReadOnlyMatrixSpan(right, size.Columns, size.Inner).Transposed
            : new(right, size.Inner, size.Columns);
        using var workers = new Workers(3) { ShareAll = true };
        foreach (Workers? sharing in new[] { null, workers })
        {
            Array.Clear(product);
            MatrixProduct.Multiply(storedLeft, storedRight, new MatrixSpan(product, size.Rows, size.Columns), sharing);
            digest.Add(product);
        }
    }

    private static void MultiplyWithGaps(Digest digest)
    {
        const int Rows = 14, Inner = 9, Columns = 21;
        var numbers = new Numbers(14);
        float[] left = numbers.Floats(Rows * Inner * 2), right = numbers.Floats(Inner * Columns * 3);
        float[] product = numbers.Floats(Rows * Columns * 2);
        MatrixProduct.Multiply(
            new ReadOnlyTensorSpan<float>(left, [Rows, Inner], [Inner * 2, 2]),
            new ReadOnlyTensorSpan<float>(right, [Inner, Columns], [Columns * 3, 3]),
            new TensorSpan<float>(product, [Rows, Columns], [Columns * 2, 2]));
        digest.Add(product);
    }
}
