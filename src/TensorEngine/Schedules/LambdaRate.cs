namespace TensorEngine.Schedules;

/// <summary>
/// The rate times any function of the step, as torch's LambdaLR.
/// <code>
/// value = initial * factor(step)
/// </code>
/// </summary>
/// <remarks>
/// That the value depends on the step alone, and what it costs, is up to the function. torch takes one function per group: use one
/// schedule for each.
/// </remarks>
/// <param name="factor">Gives the factor by which the rate is multiplied at a step.</param>
/// <exception cref="ArgumentNullException"><paramref name="factor"/> is null.</exception>
public sealed class LambdaRate(Func<long, double> factor) : Schedule
{
    private readonly Func<long, double> _factor = Require.NotNull(factor);

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step) => Rates.Scale(initialRate, _factor(step));
}
