using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>
/// The rate of the step before times any function of the step, as torch's MultiplicativeLR.
/// <code>
/// value = rate * factor(1) * factor(2) * ... * factor(step)
/// </code>
/// </summary>
/// <remarks>
/// There is no closed form, so the latest product is kept beside its step: asking for the next step calls the function once, asking
/// for an earlier one starts from step 1 again. The product is always taken in the same order, and carried in twice the precision of
/// double: the value depends on the step alone. Where the product is known, <see cref="LambdaRate"/> is better.
/// </remarks>
public sealed class MultiplicativeRate : Schedule
{
    private readonly double _rate;
    private readonly Func<long, double> _factor;
    private readonly Lock _lock = new();

    // The latest product and how many factors it has; read and written under the lock, which makes the pair one.
    private DoubleDouble _product = new(1, 0);
    private long _count;

    /// <summary>Keeps the function.</summary>
    /// <param name="rate">The rate at step 0; at least 0.</param>
    /// <param name="factor">What a step, from 1 on, multiplies the rate with.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is negative, NaN or not finite as a float.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="factor"/> is null.</exception>
    public MultiplicativeRate(double rate, Func<long, double> factor)
    {
        _rate = Require.NonNegative(rate, nameof(rate));
        _factor = Require.NotNull(factor);
    }

    /// <inheritdoc/>
    protected override double ValueAt(long step)
    {
        (DoubleDouble product, long count) = Latest();
        if (count > step)
            (product, count) = (new(1, 0), 0);
        for (; count < step; count++)
            product *= _factor(count + 1);
        lock (_lock)
            (_product, _count) = (product, count);
        return _rate * product.High;
    }

    private (DoubleDouble Product, long Count) Latest()
    {
        lock (_lock)
            return (_product, _count);
    }
}
