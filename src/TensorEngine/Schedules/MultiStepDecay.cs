using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>
/// The rate times a constant at each milestone, as torch's MultiStepLR.
/// <code>
/// value = rate * gamma^(number of milestones &lt;= step)
/// </code>
/// </summary>
public sealed class MultiStepDecay : Schedule
{
    private readonly double _rate;
    private readonly long[] _milestones;
    private readonly double _gamma;

    /// <summary>Copies the milestones.</summary>
    /// <param name="rate">The rate before the first milestone; at least 0.</param>
    /// <param name="milestones">
    /// Steps, each at least 0 and at least the one before; one that stands there twice counts twice.
    /// </param>
    /// <param name="gamma">What is left of the rate each time; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    /// <exception cref="ArgumentException">A milestone is below 0 or below the one before.</exception>
    public MultiStepDecay(double rate, ReadOnlySpan<long> milestones, double gamma = 0.1)
    {
        _rate = Require.NonNegative(rate, nameof(rate));
        _gamma = Require.NonNegative(gamma, nameof(gamma));
        for (int i = 0; i < milestones.Length; i++)
        {
            long least = i == 0 ? 0 : milestones[i - 1];
            if (milestones[i] < least)
                throw new ArgumentException($"milestones[{i}] is {milestones[i]}; it must be at least {least}.", nameof(milestones));
        }

        _milestones = milestones.ToArray();
    }

    /// <inheritdoc/>
    protected override double ValueAt(long step)
    {
        int passed = 0;
        while (passed < _milestones.Length && _milestones[passed] <= step)
            passed++;
        return _rate * Scalar.Power(_gamma, (double)passed);
    }
}
