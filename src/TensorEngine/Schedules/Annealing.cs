namespace TensorEngine.Schedules;

/// <summary>
/// Moves the rate from its initial value to a target and keeps it there, as torch's SWALR, which leads to the rate for stochastic weight
/// averaging.
/// <code>
/// share = min(step / steps, 1)
/// value = initial * w + target * (1 - w),  w = (1 + cos(pi * share)) / 2 or 1 - share
/// </code>
/// </summary>
/// <param name="target">
/// The rate from step <paramref name="steps"/> on (torch's swa_lr), regardless of the initial rate; at least 0.
/// </param>
/// <param name="steps">The number of steps to the target (torch's anneal_epochs); at least 0. With 0, every step has the target.</param>
/// <param name="shape">The curve between the two rates.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
public sealed class Annealing(double target, long steps, AnnealingShape shape = AnnealingShape.Cosine) : Schedule
{
    private readonly double _target = HyperParameter.NonNegative(target, nameof(target));
    private readonly long _steps = Require.AtLeast(0, steps, nameof(steps));
    private readonly AnnealingShape _shape = AnnealingShapes.Check(shape, nameof(shape));

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step) =>
        step < _steps ? _shape.Between(initialRate, _target, (double)step / _steps) : _target;
}
