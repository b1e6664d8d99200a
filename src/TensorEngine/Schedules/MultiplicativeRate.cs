using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>
/// Multiplies the rate of the previous step by any function of the step, as torch's MultiplicativeLR.
/// <code>
/// value = initial * factor(1) * factor(2) * ... * factor(step)
/// </code>
/// </summary>
/// <remarks>
/// There is no closed form, so the latest product is stored with its step: the rate of the next step calls the function once; the rate of
/// an earlier step starts again from step 1. The product is always computed in the same order and with twice the precision of double, so
/// the value depends on the step alone. If you know the product, use <see cref="LambdaRate"/>.
/// </remarks>
/// <param name="factor">Returns the factor by which a step, counted from 1, multiplies the rate.</param>
/// <exception cref="ArgumentNullException"><paramref name="factor"/> is null.</exception>
public sealed class MultiplicativeRate(Func<long, double> factor) : Schedule
{
    private readonly Func<long, double> _factor = Require.NotNull(factor);
    private readonly Lock _lock = new();

    // The latest product and how many factors it has; read and written under the lock, which makes the pair one.
    private DoubleDouble _product = new(1, 0);
    private long _count;

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step)
    {
        (DoubleDouble product, long count) = Latest();
        if (count > step)
            (product, count) = (new(1, 0), 0);
        for (; count < step; count++)
            product = Times(product, _factor(count + 1));
        lock (_lock)
            (_product, _count) = (product, count);
        return Rates.Scale(initialRate, product.High);
    }

    // Beyond the range of double the low part would be NaN.
    private static DoubleDouble Times(DoubleDouble product, double factor)
    {
        DoubleDouble next = product * factor;
        return double.IsFinite(next.High) ? next : new(Rates.Scale(product.High, factor), 0);
    }

    private (DoubleDouble Product, long Count) Latest()
    {
        lock (_lock)
            return (_product, _count);
    }
}
