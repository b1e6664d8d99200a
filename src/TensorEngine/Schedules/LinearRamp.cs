namespace TensorEngine.Schedules;

/// <summary>
/// From one part of the rate to another in equal steps, as torch's LinearLR.
/// <code>
/// share = min(step / steps, 1)
/// value = rate * (startFactor * (1 - share) + endFactor * share)
/// </code>
/// </summary>
/// <param name="rate">The rate; at least 0.</param>
/// <param name="startFactor">What the rate is multiplied with at step 0; at least 0.</param>
/// <param name="endFactor">What the rate is multiplied with from step <paramref name="steps"/> on; at least 0.</param>
/// <param name="steps">After how many steps the end is reached; at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is not in its range.</exception>
public sealed class LinearRamp(double rate, double startFactor = 1.0 / 3, double endFactor = 1, long steps = 5) : Schedule
{
    private readonly double _rate = Require.NonNegative(rate, nameof(rate));
    private readonly double _startFactor = Require.NonNegative(startFactor, nameof(startFactor));
    private readonly double _endFactor = Require.NonNegative(endFactor, nameof(endFactor));
    private readonly long _steps = Require.AtLeast(1, steps, nameof(steps));

    /// <inheritdoc/>
    protected override double ValueAt(long step)
    {
        double share = step < _steps ? (double)step / _steps : 1;
        return _rate * AnnealingShape.Linear.Between(_startFactor, _endFactor, share);
    }
}
