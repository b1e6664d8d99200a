namespace TensorEngine.Schedules;

/// <summary>
/// Moves the rate from one share of the initial rate to another in equal steps, as torch's LinearLR.
/// <code>
/// share = min(step / steps, 1)
/// value = initial * (startFactor * (1 - share) + endFactor * share)
/// </code>
/// </summary>
/// <param name="steps">
/// The number of steps from one end to the other (torch's total_iters); at least 0. With 0, step 0 has the start factor and every later
/// step the end factor; torch keeps the start factor.
/// </param>
/// <param name="startFactor">The factor by which the rate is multiplied at step 0; at least 0.</param>
/// <param name="endFactor">The factor by which the rate is multiplied from step <paramref name="steps"/> on; at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
public sealed class LinearRamp(long steps, double startFactor = 1.0 / 3, double endFactor = 1) : Schedule
{
    private readonly long _steps = Require.AtLeast(0, steps, nameof(steps));
    private readonly double _startFactor = HyperParameter.NonNegative(startFactor, nameof(startFactor));
    private readonly double _endFactor = HyperParameter.NonNegative(endFactor, nameof(endFactor));

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step) =>
        Rates.Scale(initialRate, AnnealingShape.Linear.Between(_startFactor, _endFactor, Rates.Share(step, _steps)));
}
