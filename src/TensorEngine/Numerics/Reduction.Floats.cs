using System.Numerics.Tensors;

namespace TensorEngine.Numerics;

/// <content>Over floats.</content>
public static partial class Reduction
{
    private const double NanosecondsPerComparison = 0.06;

    /// <summary>Returns the sum of the products of the elements; 0 for none. Products of floats are exact in double.</summary>
    /// <param name="left">Any length.</param>
    /// <param name="right">As long as <paramref name="left"/>; may overlap it in any way.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Workers? workers = null)
    {
        Require.SameLength(right, left);
        return LaneSum.Of(new FloatProducts(left, right), left.Length, workers);
    }

    /// <summary>Returns the mean of the elements; NaN for none.</summary>
    /// <param name="values">Any length.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    public static double Mean(ReadOnlySpan<float> values, Workers? workers = null) => Sum(values, workers) / values.Length;

    /// <summary>
    /// Returns the sum of the squared differences from the mean, divided by the number of elements less <paramref name="correction"/>; NaN
    /// if that number is not above 0. It makes two passes, to avoid cancellation.
    /// </summary>
    /// <param name="values">Any length.</param>
    /// <param name="correction">
    /// 1 (the default) for the variance of the population that the elements are a sample of, 0 for that of the elements themselves.
    /// </param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    public static double Variance(ReadOnlySpan<float> values, int correction = 1, Workers? workers = null)
    {
        var terms = new CenteredFloats<Square>(values, Mean(values, workers));
        return OverCount(LaneSum.Of(terms, values.Length, workers), values.Length, correction);
    }

    /// <summary>Returns the square root of the sum of the squares of all elements; 0 for none. Finite for finite elements.</summary>
    /// <param name="values">Any length.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    public static double Norm(ReadOnlySpan<float> values, Workers? workers = null) => Math.Sqrt(SquaredNorm(values, workers));

    /// <summary>Returns the smallest element: NaN if one is NaN; -0 is smaller than +0.</summary>
    /// <param name="values">At least one element.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> is empty.</exception>
    public static float Min(ReadOnlySpan<float> values, Workers? workers = null) => Extreme<float, Smallest>(values, workers);

    /// <summary>Returns the largest element: NaN if one is NaN; +0 is larger than -0.</summary>
    /// <param name="values">At least one element.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> is empty.</exception>
    public static float Max(ReadOnlySpan<float> values, Workers? workers = null) => Extreme<float, Largest>(values, workers);

    private static double OverCount(double sum, int length, int correction) =>
        length > correction ? sum / ((double)length - correction) : double.NaN;

    private static T Extreme<T, TChoice>(ReadOnlySpan<T> values, Workers? workers)
        where T : unmanaged, System.Numerics.INumber<T>
        where TChoice : struct, IChoice
    {
        if (values.IsEmpty)
            throw new ArgumentException("values has no elements; it must have at least 1.", nameof(values));
        WorkParts parts = Workers.Divide(workers, values.Length, NanosecondsPerComparison, unit: 1024);
        if (parts.Count == 1)
            return TChoice.Of(values);
        Span<T> extremes = stackalloc T[parts.Count];
        var work = new ExtremeParts<T, TChoice>(values, parts, extremes);
        Workers.Run(workers, ref work, parts.Count);
        return TChoice.Of((ReadOnlySpan<T>)extremes);
    }

    // Comparisons round nothing: any order gives the same element.
    private interface IChoice
    {
        static abstract T Of<T>(ReadOnlySpan<T> values)
            where T : unmanaged, System.Numerics.INumber<T>;
    }

    private readonly struct Smallest : IChoice
    {
        public static T Of<T>(ReadOnlySpan<T> values)
            where T : unmanaged, System.Numerics.INumber<T> => TensorPrimitives.Min(values);
    }

    private readonly struct Largest : IChoice
    {
        public static T Of<T>(ReadOnlySpan<T> values)
            where T : unmanaged, System.Numerics.INumber<T> => TensorPrimitives.Max(values);
    }

    private readonly ref struct ExtremeParts<T, TChoice>(ReadOnlySpan<T> values, WorkParts parts, Span<T> extremes) : IWork
        where T : unmanaged, System.Numerics.INumber<T>
        where TChoice : struct, IChoice
    {
        private readonly ReadOnlySpan<T> _values = values;
        private readonly Span<T> _extremes = extremes;

        public void Run(int part)
        {
            (int start, int length) = parts.Of(part);
            _extremes[part] = TChoice.Of(_values.Slice(start, length));
        }
    }
}
