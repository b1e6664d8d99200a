using System.Runtime.CompilerServices;
using Engine.Simd;

namespace Engine.Optimizers;

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
    private readonly float _flush = Flush.MomentBelow(epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat m, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>
    {
        if (_flushes)
            m = Flush.Below(m, _flush);
        m = TFloat.FusedMultiplyAdd(TFloat.Splat(_kept), m, TFloat.Splat(_share) * g);
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
    private readonly float _flush = Flush.SquareBelow(kept, epsilon);
    private readonly float _flushRoot = Flush.RootBelow(1 - kept, epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat v, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat root = Flush.Below(g, _flushRoot);
        if (_flushes)
            v = TFloat.SelectLess(v, TFloat.Splat(_flush), TFloat.Splat(0f), v);
        TFloat rest = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusShare), v, v);
        rest = TFloat.SelectLess(v, TFloat.Splat(float.PositiveInfinity), rest, v);
        v = TFloat.FusedMultiplyAdd(TFloat.Splat(_share) * root, root, rest);
    }
}
