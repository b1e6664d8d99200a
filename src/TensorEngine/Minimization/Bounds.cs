namespace TensorEngine.Minimization;

/// <summary>The smallest and the largest value of each variable.</summary>
public sealed class Bounds
{
    private readonly double[] _lower;
    private readonly double[] _upper;

    /// <summary>Creates bounds for each variable.</summary>
    /// <param name="lower">The smallest value of each variable, in its unit; negative infinity for none. It is copied.</param>
    /// <param name="upper">
    /// The largest value of each variable; positive infinity for none, or the smallest value to fix the variable. As long as
    /// <paramref name="lower"/>. It is copied.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, or an element of <paramref name="lower"/> is NaN, positive infinity or above its
    /// <paramref name="upper"/>, or one of <paramref name="upper"/> is NaN or negative infinity.
    /// </exception>
    public Bounds(ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        if (lower.Length != upper.Length)
        {
            throw new ArgumentException(
                $"lower has {lower.Length} elements, upper has {upper.Length}; they must have the same length.", nameof(lower));
        }

        for (int i = 0; i < lower.Length; i++)
        {
            if (double.IsNaN(lower[i]) || double.IsPositiveInfinity(lower[i]))
                throw new ArgumentException($"lower[{i}] is {lower[i]}; it must be a number or negative infinity.", nameof(lower));
            if (double.IsNaN(upper[i]) || double.IsNegativeInfinity(upper[i]))
                throw new ArgumentException($"upper[{i}] is {upper[i]}; it must be a number or positive infinity.", nameof(upper));
            if (lower[i] > upper[i])
            {
                throw new ArgumentException(
                    $"lower[{i}] is {lower[i]}, upper[{i}] is {upper[i]}; lower must not be greater.", nameof(lower));
            }
        }

        (_lower, _upper) = (lower.ToArray(), upper.ToArray());
    }

    /// <summary>The number of variables.</summary>
    public int Length => _lower.Length;

    /// <summary>The smallest value of each variable.</summary>
    public ReadOnlySpan<double> Lower => _lower;

    /// <summary>The largest value of each variable.</summary>
    public ReadOnlySpan<double> Upper => _upper;

    /// <summary>Moves each element of a point that is outside to its nearest bound.</summary>
    internal void Clamp(Span<double> point)
    {
        for (int i = 0; i < point.Length; i++)
            point[i] = Math.Min(Math.Max(point[i], _lower[i]), _upper[i]);
    }

    /// <summary>Whether the gradient pushes a variable against the bound that it lies on.</summary>
    internal bool Blocks(int variable, double value, double gradient) =>
        (gradient > 0 && value <= _lower[variable]) || (gradient < 0 && value >= _upper[variable]);

    /// <summary>The largest magnitude of the gradient's elements that no bound blocks; NaN if an element is.</summary>
    internal double LargestFree(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient)
    {
        double largest = 0;
        for (int i = 0; i < point.Length; i++)
        {
            if (double.IsNaN(gradient[i]))
                return double.NaN;
            if (!Blocks(i, point[i], gradient[i]))
                largest = Math.Max(largest, Math.Abs(gradient[i]));
        }

        return largest;
    }
}
