using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Half of a symmetric product and its mirror have the bits of the whole.</summary>
public sealed class SymmetricProductTests
{
    [Test]
    public void HasTheBitsOfTheWholeProduct([Values(1, 31, 128, 129, 300)] int side, [Values(1, 70)] int inner, [Values] bool transposed)
    {
        float[] elements = new float[side * inner];
        FloatSamples.FillSpread(elements, new Random(20240301), -6, 6);
        ReadOnlyMatrixSpan matrix = transposed
            ? new ReadOnlyMatrixSpan(elements, inner, side).Transposed
            : new ReadOnlyMatrixSpan(elements, side, inner);
        float[] expected = new float[side * side];
        MatrixProduct.Multiply(matrix, matrix.Transposed, new MatrixSpan(expected, side, side));
        foreach (int threads in (int[])[1, 2, 3, 8, 16])
        {
            using var workers = new Workers(threads) { ShareAll = true };
            float[] actual = new float[side * side];

            SymmetricProduct.Multiply(matrix, matrix.Transposed, new MatrixSpan(actual, side, side), workers);

            Bits.AssertSame(actual, expected, $"{threads} threads");
        }
    }
}
