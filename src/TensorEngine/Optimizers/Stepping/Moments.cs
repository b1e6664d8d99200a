using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// m = kept * m + (1 - kept) * g: an average of gradients that is divided by at least epsilon. Not m + (1 - kept) * (g - m), whose
/// difference loses a small gradient that follows on large ones. Flushed as often as <see cref="Flush.IsDue"/> says, which a
/// rule that does not know its step leaves to every step.
/// </summary>
internal readonly struct FirstMoment(double kept, double epsilon, long step = 0)
{
    private readonly bool _flushes = Flush.IsDue(step);
    private readonly float _kept = (float)kept;
    private readonly float _share = (float)(1 - kept);
    private readonly float _flush = Flush.IsDue(step) ? Flush.MomentBelow(epsilon) : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat m, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> =>
        Update(ref m, g, TFloat.Splat(_kept), TFloat.Splat(_share), _flushes, _flush);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update<TFloat>(ref TFloat m, TFloat g, TFloat kept, TFloat share, bool flushes, float flush)
        where TFloat : struct, IFloatLane<TFloat>
    {
        if (flushes)
            m = Flush.Below(m, flush);
        m = TFloat.FusedMultiplyAdd(kept, m, share * g);
    }

    /// <summary>With the constants in registers.</summary>
    public readonly struct Lanes<TFloat>(in FirstMoment moment)
        where TFloat : struct, IFloatLane<TFloat>
    {
        private readonly bool _flushes = moment._flushes;
        private readonly float _flush = moment._flush;
        private readonly TFloat _kept = TFloat.Splat(moment._kept);
        private readonly TFloat _share = TFloat.Splat(moment._share);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update(ref TFloat m, TFloat g) => FirstMoment.Update(ref m, g, _kept, _share, _flushes, _flush);
    }
}

/// <summary>
/// v = kept * v + (1 - kept) * g^2: an average of squares whose root epsilon is added to. What is kept is v - (1 - kept) * v, as
/// the float nearest to 0.999 is off by 1.3e-8, which a hundred steps make a hundred times as much; infinity is kept as it is.
/// Flushed as <see cref="FirstMoment"/> is.
/// </summary>
internal readonly struct SecondMoment(double kept, double epsilon, long step = 0)
{
    private readonly bool _flushes = Flush.IsDue(step);
    private readonly float _share = (float)(1 - kept);
    private readonly float _minusShare = (float)-(1 - kept);
    private readonly float _flush = Flush.IsDue(step) ? Flush.SquareBelow(kept, epsilon) : 0;
    private readonly float _flushRoot = Flush.RootBelow(1 - kept, epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat v, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> =>
        Update(ref v, g, TFloat.Splat(_share), TFloat.Splat(_minusShare), TFloat.Splat(_flushRoot), _flushes, _flush);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update<TFloat>(
        ref TFloat v, TFloat g, TFloat share, TFloat minusShare, TFloat flushRoot, bool flushes, float flush)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat root = TFloat.SelectLess(TFloat.Abs(g), flushRoot, TFloat.Splat(0f), g);
        if (flushes)
            v = TFloat.SelectLess(v, TFloat.Splat(flush), TFloat.Splat(0f), v);
        TFloat rest = TFloat.FusedMultiplyAdd(minusShare, v, v);
        rest = TFloat.SelectLess(v, TFloat.Splat(float.PositiveInfinity), rest, v);
        v = TFloat.FusedMultiplyAdd(share * root, root, rest);
    }

    /// <summary>With the constants in registers.</summary>
    public readonly struct Lanes<TFloat>(in SecondMoment moment)
        where TFloat : struct, IFloatLane<TFloat>
    {
        private readonly bool _flushes = moment._flushes;
        private readonly float _flush = moment._flush;
        private readonly TFloat _share = TFloat.Splat(moment._share);
        private readonly TFloat _minusShare = TFloat.Splat(moment._minusShare);
        private readonly TFloat _flushRoot = TFloat.Splat(moment._flushRoot);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update(ref TFloat v, TFloat g) =>
            SecondMoment.Update(ref v, g, _share, _minusShare, _flushRoot, _flushes, _flush);
    }
}
