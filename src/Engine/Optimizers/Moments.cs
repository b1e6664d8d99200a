using System.Runtime.CompilerServices;
using Engine.Simd;

namespace Engine.Optimizers;

/// <summary>m = m + (1 - kept) * (g - m): an average of gradients that is divided by at least epsilon.</summary>
internal readonly struct FirstMoment(double kept, double epsilon)
{
    private readonly float _share = (float)(1 - kept);
    private readonly float _flush = Flush.MomentBelow(epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat m, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>
    {
        m = Flush.Below(m, _flush);
        m = TFloat.FusedMultiplyAdd(TFloat.Splat(_share), g - m, m);
    }
}

/// <summary>
/// v = kept * v + (1 - kept) * g^2: an average of squares whose root epsilon is added to. What is kept is v - (1 - kept) * v, as
/// the float nearest to 0.999 is off by 1.3e-8, which a hundred steps make a hundred times as much; infinity is kept as it is.
/// </summary>
internal readonly struct SecondMoment(double kept, double epsilon)
{
    private readonly float _share = (float)(1 - kept);
    private readonly float _minusShare = (float)-(1 - kept);
    private readonly float _flush = Flush.SquareBelow(kept, epsilon);
    private readonly float _flushRoot = Flush.RootBelow(1 - kept, epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat v, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat root = Flush.Below(g, _flushRoot);
        v = TFloat.SelectLess(v, TFloat.Splat(_flush), TFloat.Splat(0f), v);
        TFloat rest = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusShare), v, v);
        rest = TFloat.SelectLess(v, TFloat.Splat(float.PositiveInfinity), rest, v);
        v = TFloat.FusedMultiplyAdd(TFloat.Splat(_share) * root, root, rest);
    }
}
