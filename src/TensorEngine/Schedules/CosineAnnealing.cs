namespace TensorEngine.Schedules;

/// <summary>
/// Lowers the rate along half a cosine wave, as torch's CosineAnnealingLR; after <c>steps</c> it rises again, and so on.
/// <code>
/// value = minimum + (initial - minimum) * (1 + cos(pi * step / steps)) / 2
/// </code>
/// Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017.
/// </summary>
/// <remarks>
/// An initial rate below the minimum rises to it, as in torch. To keep the minimum afterward, use <see cref="Annealing"/>.
/// </remarks>
/// <param name="steps">
/// The step at which the minimum is reached (torch's T_max); at least 0. With 0, step 0 has the initial rate and every later step the
/// minimum; torch divides by zero.
/// </param>
/// <param name="minimum">The lowest rate (torch's eta_min), whatever the initial rate; at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
public sealed class CosineAnnealing(long steps, double minimum = 0) : Schedule
{
    private readonly long _steps = Require.AtLeast(0, steps, nameof(steps));
    private readonly double _minimum = HyperParameter.NonNegative(minimum, nameof(minimum));

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step)
    {
        if (_steps == 0)
            return step == 0 ? initialRate : _minimum;
        // Whole waves are taken off in integers, so that the cosine is as exact after a million of them as in the first.
        ulong period = 2 * (ulong)_steps;
        ulong place = (ulong)step % period;
        return AnnealingShape.Cosine.Between(initialRate, _minimum, (double)Math.Min(place, period - place) / _steps);
    }
}
