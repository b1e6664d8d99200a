namespace TensorEngine.Schedules;

/// <summary>
/// Lowers the rate along half a cosine wave again and again, each time from the initial rate, as torch's CosineAnnealingWarmRestarts.
/// <code>
/// place = step - start of its cycle,  length = firstSteps * growth^(number of its cycle, from 0)
/// value = minimum + (initial - minimum) * (1 + cos(pi * place / length)) / 2
/// </code>
/// Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017.
/// </summary>
/// <remarks>
/// If you call torch's scheduler with fractions of an epoch, count steps here: with 8 steps per epoch, T_0 = 7 epochs corresponds to 56
/// first steps.
/// </remarks>
/// <param name="firstSteps">The length of the first cycle (torch's T_0); at least 1.</param>
/// <param name="growth">The ratio of each cycle's length to that of the previous cycle (torch's T_mult); at least 1.</param>
/// <param name="minimum">The rate at the end of a cycle (torch's eta_min), regardless of the initial rate; at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
public sealed class CosineWarmRestarts(long firstSteps, long growth = 1, double minimum = 0) : Schedule
{
    private readonly long _firstSteps = Require.AtLeast(1, firstSteps, nameof(firstSteps));
    private readonly long _growth = Require.AtLeast(1, growth, nameof(growth));
    private readonly double _minimum = HyperParameter.NonNegative(minimum, nameof(minimum));

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step)
    {
        // Integers, as a logarithm would miss the start of a cycle now and then. At most 62 rounds: lengths double at least.
        Int128 place = step;
        Int128 length = _firstSteps;
        if (_growth == 1)
            place %= length;
        while (place >= length)
        {
            place -= length;
            length *= _growth;
        }

        return AnnealingShape.Cosine.Between(initialRate, _minimum, (double)(long)place / (double)length);
    }
}
