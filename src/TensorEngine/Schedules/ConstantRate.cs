namespace TensorEngine.Schedules;

/// <summary>The initial rate at every step.</summary>
public sealed class ConstantRate : Schedule
{
    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step) => initialRate;
}
