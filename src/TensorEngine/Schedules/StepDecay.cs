using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>
/// The rate times a constant each time so many steps have passed, as torch's StepLR.
/// <code>
/// value = rate * gamma^floor(step / stepSize)
/// </code>
/// </summary>
/// <param name="rate">The rate at step 0; at least 0.</param>
/// <param name="stepSize">How many steps have the same rate; at least 1.</param>
/// <param name="gamma">What is left of the rate each time; at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is not in its range.</exception>
public sealed class StepDecay(double rate, long stepSize, double gamma = 0.1) : Schedule
{
    private readonly double _rate = Require.NonNegative(rate, nameof(rate));
    private readonly long _stepSize = Require.AtLeast(1, stepSize, nameof(stepSize));
    private readonly double _gamma = Require.NonNegative(gamma, nameof(gamma));

    /// <inheritdoc/>
    protected override double ValueAt(long step) => _rate * Scalar.Power(_gamma, (double)(step / _stepSize));
}
