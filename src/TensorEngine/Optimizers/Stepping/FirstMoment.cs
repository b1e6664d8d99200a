using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// m = kept * m + (1 - kept) * g: an average of gradients that is divided by at least epsilon, as a field of rules. For a decay rate of at
/// least one half, the kept part is computed as m - (1 - kept) * m, because the float nearest to 0.9 is off by 2.4e-8, an error that grows
/// a hundredfold in a hundred steps. An infinite average becomes NaN, as in PyTorch. The form m + (1 - kept) * (g - m) is not used, because
/// its difference loses a small gradient that follows large ones, and can overflow. Values that are too small to matter are set to 0
/// (<see cref="Flush.MomentBelow"/>): in every 32nd step if the rule knows its step, otherwise in every step.
/// </summary>
public readonly struct FirstMoment
{
    private readonly Constant _share;
    private readonly Retention _retention;
    private readonly bool _flushes;
    private readonly float _flush;

    /// <summary>Creates an average for a rule that does not know its step.</summary>
    /// <param name="kept">The decay rate of the average; in [0, 1).</param>
    /// <param name="epsilon">The smallest divisor of the average.</param>
    public FirstMoment(double kept, double epsilon)
        : this(kept, epsilon, flushes: true)
    {
    }

    /// <summary>Creates an average for a rule that knows its step.</summary>
    /// <param name="kept">The decay rate of the average; in [0, 1).</param>
    /// <param name="epsilon">The smallest divisor of the average.</param>
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

    /// <summary>Updates the average with gradients.</summary>
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
