namespace TensorEngine.Schedules;

/// <summary>
/// Down along half a wave, as torch's CosineAnnealingLR; after <c>steps</c> it goes up again, and so on.
/// <code>
/// value = minimum + (rate - minimum) * (1 + cos(pi * step / steps)) / 2
/// </code>
/// Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017.
/// </summary>
/// <remarks>To stay at the minimum afterwards, use <see cref="Annealing"/>.</remarks>
/// <param name="rate">The rate at step 0; at least 0.</param>
/// <param name="steps">At which step the minimum is reached (torch's T_max); at least 1.</param>
/// <param name="minimum">The lowest rate (torch's eta_min); at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is not in its range.</exception>
public sealed class CosineAnnealing(double rate, long steps, double minimum = 0) : Schedule
{
    private readonly double _rate = Require.NonNegative(rate, nameof(rate));
    private readonly long _steps = Require.AtLeast(1, steps, nameof(steps));
    private readonly double _minimum = Require.NonNegative(minimum, nameof(minimum));

    /// <inheritdoc/>
    protected override double ValueAt(long step)
    {
        // Whole waves are taken off in integers, so that the cosine is as exact after a million of them as in the first.
        ulong period = 2 * (ulong)_steps;
        ulong place = (ulong)step % period;
        return AnnealingShape.Cosine.Between(_rate, _minimum, (double)Math.Min(place, period - place) / _steps);
    }
}
