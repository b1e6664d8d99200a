namespace TensorEngine.Schedules;

/// <summary>The same rate at every step.</summary>
/// <param name="rate">The rate; at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">The argument is not in its range.</exception>
public sealed class ConstantRate(double rate) : Schedule
{
    private readonly double _rate = Require.NonNegative(rate, nameof(rate));

    /// <inheritdoc/>
    protected override double ValueAt(long step) => _rate;
}
