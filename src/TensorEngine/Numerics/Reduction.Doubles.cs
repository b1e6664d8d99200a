namespace TensorEngine.Numerics;

/// <content>Over doubles: the same functions in the same shape.</content>
public static partial class Reduction
{
    /// <inheritdoc cref="Sum(ReadOnlySpan{float}, Workers?)"/>
    public static double Sum(ReadOnlySpan<double> values, Workers? workers = null) =>
        LaneSum.Of(new DoubleTerms<Identity>(values), values.Length, workers);

    /// <summary>Returns the sum of the squares of all elements, each rounded; 0 for none. Infinite beyond 1e154.</summary>
    /// <inheritdoc cref="SquaredNorm(ReadOnlySpan{float}, Workers?)"/>
    public static double SquaredNorm(ReadOnlySpan<double> values, Workers? workers = null) =>
        LaneSum.Of(new DoubleTerms<Square>(values), values.Length, workers);

    /// <summary>Returns the sum of the products of the elements, each rounded; 0 for none.</summary>
    /// <inheritdoc cref="Dot(ReadOnlySpan{float}, ReadOnlySpan{float}, Workers?)"/>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Workers? workers = null)
    {
        if (right.Length != left.Length)
        {
            throw new ArgumentException(
                $"right has {right.Length} elements, left has {left.Length}; they must have the same length.", nameof(right));
        }

        return LaneSum.Of(new DoubleProducts(left, right), left.Length, workers);
    }

    /// <inheritdoc cref="Mean(ReadOnlySpan{float}, Workers?)"/>
    public static double Mean(ReadOnlySpan<double> values, Workers? workers = null) => Sum(values, workers) / values.Length;

    /// <inheritdoc cref="Variance(ReadOnlySpan{float}, int, Workers?)"/>
    public static double Variance(ReadOnlySpan<double> values, int correction = 1, Workers? workers = null)
    {
        var terms = new CenteredDoubles<Square>(values, Mean(values, workers));
        return OverCount(LaneSum.Of(terms, values.Length, workers), values.Length, correction);
    }

    /// <summary>Returns the square root of the sum of the squares of all elements; 0 for none. Infinite beyond 1e154.</summary>
    /// <inheritdoc cref="Norm(ReadOnlySpan{float}, Workers?)"/>
    public static double Norm(ReadOnlySpan<double> values, Workers? workers = null) => Math.Sqrt(SquaredNorm(values, workers));

    /// <inheritdoc cref="Min(ReadOnlySpan{float}, Workers?)"/>
    public static double Min(ReadOnlySpan<double> values, Workers? workers = null) => Extreme<double, Smallest>(values, workers);

    /// <inheritdoc cref="Max(ReadOnlySpan{float}, Workers?)"/>
    public static double Max(ReadOnlySpan<double> values, Workers? workers = null) => Extreme<double, Largest>(values, workers);
}
