namespace TensorEngine.Schedules;

/// <summary>
/// Multiplies the initial rate by any function of the step, as torch's LambdaLR.
/// <code>
/// value = initial * factor(step)
/// </code>
/// </summary>
/// <remarks>
/// The function must depend on the step alone, and determines the cost of a call. torch takes one function per group; use one schedule for
/// each group instead.
/// </remarks>
/// <param name="factor">Returns the factor by which the rate is multiplied at a step.</param>
/// <exception cref="ArgumentNullException"><paramref name="factor"/> is null.</exception>
public sealed class LambdaRate(Func<long, double> factor) : Schedule
{
    private readonly Func<long, double> _factor = Require.NotNull(factor);

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step) => Rates.Scale(initialRate, _factor(step));
}
