using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>
/// Multiplies the rate by a constant at each milestone, as torch's MultiStepLR.
/// <code>
/// value = initial * gamma^(number of milestones &lt;= step)
/// </code>
/// </summary>
public sealed class MultiStepDecay : Schedule
{
    private readonly long[] _milestones;
    private readonly double _gamma;

    /// <summary>Creates the schedule and copies the milestones.</summary>
    /// <param name="milestones">
    /// Steps in any order, each at least 0. A milestone at 0 takes effect from the first step, and one that appears twice counts twice.
    /// </param>
    /// <param name="gamma">The factor by which each milestone multiplies the rate; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gamma"/> is out of range.</exception>
    /// <exception cref="ArgumentException">A milestone is below 0.</exception>
    public MultiStepDecay(ReadOnlySpan<long> milestones, double gamma = 0.1)
    {
        _gamma = HyperParameter.NonNegative(gamma, nameof(gamma));
        for (int i = 0; i < milestones.Length; i++)
        {
            if (milestones[i] < 0)
                throw new ArgumentException($"milestones[{i}] is {milestones[i]}; it must be at least 0.", nameof(milestones));
        }

        _milestones = milestones.ToArray();
        Array.Sort(_milestones);
    }

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step)
    {
        int passed = 0;
        while (passed < _milestones.Length && _milestones[passed] <= step)
            passed++;
        return Rates.Scale(initialRate, Scalar.Power(_gamma, (double)passed));
    }
}
