using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// m = kept * m + (1 - kept) * g: an average of gradients that is divided by at least epsilon, for rules to hold as a field. What is kept
/// is m - (1 - kept) * m for at least one half, as the float nearest to 0.9 is off by 2.4e-8, which a hundred steps make a hundred times
/// as much. An infinite average becomes NaN, as in PyTorch. Not m + (1 - kept) * (g - m), whose difference loses a small gradient that
/// follows on large ones, and overflows. What is too small to matter is set to 0 (<see cref="Flush.MomentBelow"/>): in every 32nd step if
/// the rule knows its step, otherwise in every step.
/// </summary>
public readonly struct FirstMoment
{
    private readonly Constant _share;
    private readonly Retention _retention;
    private readonly bool _flushes;
    private readonly float _flush;

    /// <summary>An average in a rule that does not know its step.</summary>
    /// <param name="kept">How much of the average a step keeps; in [0, 1).</param>
    /// <param name="epsilon">What the average is divided by at least.</param>
    public FirstMoment(double kept, double epsilon)
        : this(kept, epsilon, flushes: true)
    {
    }

    /// <summary>An average in a rule that knows its step.</summary>
    /// <param name="kept">How much of the average a step keeps; in [0, 1).</param>
    /// <param name="epsilon">What the average is divided by at least.</param>
    /// <param name="step">The number of the step, from 1.</param>
    public FirstMoment(double kept, double epsilon, long step)
        : this(kept, epsilon, Flush.IsDue(step))
    {
    }

    private FirstMoment(double kept, double epsilon, bool flushes)
    {
        _share = new(1 - kept);
        _retention = new(kept);
        _flushes = flushes;
        _flush = flushes ? Flush.MomentBelow(epsilon) : 0;
    }

    /// <summary>Takes gradients into the average.</summary>
    /// <param name="m">The average; updated.</param>
    /// <param name="g">The gradients.</param>
    /// <typeparam name="TFloat">The register.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat m, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>
    {
        if (_flushes)
            m = TFloat.SelectLess(TFloat.Abs(m), TFloat.Splat(_flush), TFloat.Splat(0f), m);
        m = TFloat.FusedMultiplyAdd(TFloat.Splat(_share), g, _retention.Of(m));
    }
}
