using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>
/// Computes sums in double in one fixed order, so that the bits depend neither on the width nor on the number of threads: in blocks of 4096
/// elements, element i goes to virtual lane i mod 64; the lanes of a block, and then the blocks, are added pairwise. Relative to the sum of
/// the terms' magnitudes the error is at most 80 * 2^-53 up to 16 M elements and 1 * 2^-53 as measured, which is negligible for a float
/// result.
/// </summary>
/// <remarks>
/// NaN anywhere gives NaN; so do infinities of both signs. A call allocates nothing. Over doubles, products and squares are rounded, and
/// may overflow; over floats they are exact.
/// </remarks>
public static partial class Reduction
{
    /// <summary>Returns the sum of all elements; 0 for none.</summary>
    /// <param name="values">Any length.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    public static double Sum(ReadOnlySpan<float> values, Workers? workers = null) =>
        LaneSum.Of(new FloatTerms<Identity>(values), values.Length, workers);

    /// <summary>
    /// Returns the sum of the squares of all elements; 0 for none. Squares are exact in double, so finite elements always have a finite
    /// sum.
    /// </summary>
    /// <param name="values">Any length.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    public static double SquaredNorm(ReadOnlySpan<float> values, Workers? workers = null) =>
        LaneSum.Of(new FloatTerms<Square>(values), values.Length, workers);

    /// <summary>The sum of the squares of clamp(factor * value), the product rounded as in a step.</summary>
    internal static double SquaredNormClamped(ReadOnlySpan<float> values, float factor, float bound, Workers? workers = null) =>
        PairwiseTree.Sum(new ClampedBlocks(values, factor, bound), values.Length, LaneSum.Block, LaneSum.NanosecondsPerElement, workers);

    /// <summary>Computes the sum of each column, in the order of the rows, accumulated in double and narrowed once.</summary>
    /// <param name="matrix">[rows, columns], any strides; without rows the sums are 0.</param>
    /// <param name="destination">[columns]; may not overlap <paramref name="matrix"/>.</param>
    /// <param name="accumulate">Whether to add to <paramref name="destination"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// The length of <paramref name="destination"/> differs from the number of columns, or it overlaps the matrix.
    /// </exception>
    public static void ColumnSums(
        ReadOnlyMatrixSpan matrix, Span<float> destination, bool accumulate = false, Workers? workers = null)
    {
        RequireMatrix.Columns(destination, matrix);
        Require.Apart(destination, matrix.Span);
        ColumnReduction.Run(new MatrixTerms<Identity>(matrix), matrix.Rows, destination, divisor: 1, accumulate, workers);
    }

    /// <summary>The mean of the squares of every column, in the order of <see cref="ColumnSums"/>.</summary>
    internal static void ColumnMeanSquares(ReadOnlyMatrixSpan matrix, Span<float> destination, Workers? workers = null) =>
        ColumnReduction.Run(new MatrixTerms<Square>(matrix), matrix.Rows, destination, divisor: matrix.Rows, accumulate: false, workers);

    private readonly ref struct ClampedBlocks(ReadOnlySpan<float> values, float factor, float bound) : IBlockSums
    {
        private readonly ReadOnlySpan<float> _values = values;

        public double Sum(int start, int length)
        {
            Span<float> terms = stackalloc float[length];
            Map.Run(new ScaledClamp(factor, bound), _values.Slice(start, length), terms);
            return LaneSum.Of(new FloatTerms<Square>(terms), length);
        }
    }

    /// <summary>clamp(factor * value, -bound, bound).</summary>
    private readonly struct ScaledClamp(float factor, float bound) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.Min(TFloat.Max(value * TFloat.Splat(factor), TFloat.Splat(-bound)), TFloat.Splat(bound));
    }
}
