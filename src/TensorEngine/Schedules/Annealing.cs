namespace TensorEngine.Schedules;

/// <summary>
/// From one rate to another, where it stays; as torch's SWALR, which leads to the rate for stochastic weight averaging.
/// <code>
/// share = min(step / steps, 1)
/// value = from * w + to * (1 - w),  w = (1 + cos(pi * share)) / 2 or 1 - share
/// </code>
/// </summary>
/// <param name="from">The rate at step 0; at least 0.</param>
/// <param name="to">The rate from step <paramref name="steps"/> on; at least 0.</param>
/// <param name="steps">After how many steps the end is reached; at least 1.</param>
/// <param name="shape">The way between the two.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is not in its range.</exception>
public sealed class Annealing(double from, double to, long steps = 10, AnnealingShape shape = AnnealingShape.Cosine) : Schedule
{
    private readonly double _from = Require.NonNegative(from, nameof(from));
    private readonly double _to = Require.NonNegative(to, nameof(to));
    private readonly long _steps = Require.AtLeast(1, steps, nameof(steps));
    private readonly AnnealingShape _shape = AnnealingShapes.Check(shape, nameof(shape));

    /// <inheritdoc/>
    protected override double ValueAt(long step) => step < _steps ? _shape.Between(_from, _to, (double)step / _steps) : _to;
}
