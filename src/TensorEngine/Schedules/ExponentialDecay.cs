using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>
/// Multiplies the rate by a constant at every step, as torch's ExponentialLR.
/// <code>
/// value = initial * gamma^step
/// </code>
/// </summary>
/// <param name="gamma">
/// The factor by which each step multiplies the rate; at least 0. Above 1 the rate grows, which helps to find the largest usable rate.
/// </param>
/// <exception cref="ArgumentOutOfRangeException">The argument is out of range.</exception>
public sealed class ExponentialDecay(double gamma) : Schedule
{
    private readonly double _gamma = HyperParameter.NonNegative(gamma, nameof(gamma));

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step) => Rates.Scale(initialRate, Scalar.Power(_gamma, (double)step));
}
