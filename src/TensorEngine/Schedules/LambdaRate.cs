namespace TensorEngine.Schedules;

/// <summary>
/// The rate times any function of the step, as torch's LambdaLR.
/// <code>
/// value = rate * factor(step)
/// </code>
/// </summary>
/// <remarks>That the value depends on the step alone, and what it costs, is up to the function.</remarks>
public sealed class LambdaRate : Schedule
{
    private readonly double _rate;
    private readonly Func<long, double> _factor;

    /// <summary>Keeps the function.</summary>
    /// <param name="rate">The rate; at least 0.</param>
    /// <param name="factor">What the rate is multiplied with at a step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is negative, NaN or not finite as a float.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="factor"/> is null.</exception>
    public LambdaRate(double rate, Func<long, double> factor)
    {
        _rate = Require.NonNegative(rate, nameof(rate));
        _factor = Require.NotNull(factor);
    }

    /// <inheritdoc/>
    protected override double ValueAt(long step) => _rate * _factor(step);
}
