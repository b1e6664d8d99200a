using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>
/// Multiplies the rate by a constant after every <c>stepSize</c> steps, as torch's StepLR.
/// <code>
/// value = initial * gamma^floor(step / stepSize)
/// </code>
/// </summary>
/// <param name="stepSize">The number of steps between two changes of the rate; at least 1.</param>
/// <param name="gamma">The factor by which the rate is multiplied each time; at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
public sealed class StepDecay(long stepSize, double gamma = 0.1) : Schedule
{
    private readonly long _stepSize = Require.AtLeast(1, stepSize, nameof(stepSize));
    private readonly double _gamma = HyperParameter.NonNegative(gamma, nameof(gamma));

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step) =>
        Rates.Scale(initialRate, Scalar.Power(_gamma, (double)(step / _stepSize)));
}
