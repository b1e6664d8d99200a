using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Generators;

/// <summary>The proposal distribution for truncated normal draws.</summary>
internal enum TruncatedProposal
{
    /// <summary>No distribution: there is only one value.</summary>
    Point,

    /// <summary>The whole normal distribution.</summary>
    Normal,

    /// <summary>The uniform distribution over the interval.</summary>
    Uniform,

    /// <summary>An exponential distribution starting at the bound nearest to the mean.</summary>
    Exponential,
}

/// <summary>
/// Chooses the proposal that is rejected least often. Attempts from the normal distribution are accepted with the probability p of the
/// interval, attempts from the others with p times a factor that depends on the bounds alone, so the largest factor wins. At worst about
/// half of all attempts are accepted.
/// Source: Robert, Simulation of truncated normal variables, 1995.
/// </summary>
internal readonly struct TruncatedInterval
{
    private const double RootOfTwoPi = 2.5066282746310002;

    private readonly float _mean;
    private readonly float _deviation;
    private readonly float _low;
    private readonly float _high;

    // The bound nearest to the mean, the way from it to the other one, and both in deviations from the mean: start is negative
    // only where the mean lies within the bounds.
    private readonly float _near;
    private readonly float _range;
    private readonly double _start;
    private readonly double _width;

    /// <summary>Creates an interval from checked numbers, and narrows them to float; the bounds may be infinite.</summary>
    public TruncatedInterval(double mean, double standardDeviation, double low, double high)
        : this((float)mean, (float)standardDeviation, (float)low, (float)high)
    {
    }

    private TruncatedInterval(float mean, float standardDeviation, float low, float high)
    {
        (_mean, _deviation) = (mean, standardDeviation);
        // What overflows is outside, also where there is no bound.
        (_low, _high) = (Math.Max(low, float.MinValue), Math.Min(high, float.MaxValue));
        bool mirrored = mean > high;
        _near = mirrored ? high : low;
        _range = mirrored ? low - high : high - low;
        _start = (mirrored ? (double)mean - high : (double)low - mean) / standardDeviation;
        _width = ((double)high - low) / standardDeviation;
        Proposal = low == high || standardDeviation == 0 ? TruncatedProposal.Point : Choose();
    }

    public TruncatedProposal Proposal { get; }

    /// <summary>The mean, or the bound nearest to it.</summary>
    public float Point => Math.Min(Math.Max(_mean, _low), _high);

    public NormalProposal Normal => new(_mean, _deviation, _low, _high);

    // The density at start + width * u is e^-((start + width u)^2 / 2) of that at 0, and largest at 0 or at the start.
    public UniformProposal Uniform => new(
        _near,
        _range,
        (float)(_width * _width / 2),
        (float)(_width * _start),
        _start > 0 ? 0 : (float)(_start * _start / 2),
        _low,
        _high);

    public ExponentialProposal Exponential => new(
        _near,
        (float)(Math.CopySign(_deviation, _range) / Rate),
        (float)(1 / Rate),
        (float)Shift,
        _low,
        _high);

    // The best rate of the exponential distribution, and its distance from the start, written so that nothing cancels.
    private double Rate => (_start + Math.Sqrt(_start * _start + 4)) / 2;

    private double Shift => 2 / (_start + Math.Sqrt(_start * _start + 4));

    private TruncatedProposal Choose()
    {
        if (!(_start >= 0))
            return _width < RootOfTwoPi && float.IsFinite(_range) ? TruncatedProposal.Uniform : TruncatedProposal.Normal;

        double uniform = 1 / _width;
        double exponential = Rate * Exp(-Shift * Shift / 2);
        if (RootOfTwoPi * Exp(_start * _start / 2) * Math.Max(uniform, exponential) < 1)
            return TruncatedProposal.Normal;
        return uniform > exponential && float.IsFinite(_range) ? TruncatedProposal.Uniform : TruncatedProposal.Exponential;
    }

    private static double Exp(double x) => Elementary.Exp(new FloatLane1((float)x)).Value;
}
