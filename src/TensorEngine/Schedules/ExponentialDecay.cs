using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>
/// The rate times a constant at every step, as torch's ExponentialLR.
/// <code>
/// value = rate * gamma^step
/// </code>
/// </summary>
/// <param name="rate">The rate at step 0; at least 0.</param>
/// <param name="gamma">What a step leaves of the rate; at least 0. Above 1 the rate grows, for a search for the largest that works.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is not in its range.</exception>
public sealed class ExponentialDecay(double rate, double gamma) : Schedule
{
    private readonly double _rate = Require.NonNegative(rate, nameof(rate));
    private readonly double _gamma = Require.NonNegative(gamma, nameof(gamma));

    /// <inheritdoc/>
    protected override double ValueAt(long step) => _rate * Scalar.Power(_gamma, (double)step);
}
