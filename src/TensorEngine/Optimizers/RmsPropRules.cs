using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>g over the root of the average square v.</summary>
internal readonly struct RmsPropRule(RmsPropOptions options) : IUpdateRule
{
    private readonly SecondMoment _square = new(options.Alpha, options.Epsilon);
    private readonly float _minusRate = (float)-options.LearningRate;
    private readonly float _epsilon = (float)options.Epsilon;

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v, ref TFloat none1, ref TFloat none2)
        where TFloat : struct, IFloatLane<TFloat> =>
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), Scale(g, ref v), p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Scale<TFloat>(TFloat g, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _square.Update(ref v, g);
        return g / (TFloat.Sqrt(v) + TFloat.Splat(_epsilon));
    }
}

/// <summary>g over its deviation from the average gradient a, which forgets by the same float as v, as their difference counts.</summary>
internal readonly struct RmsPropCenteredRule(RmsPropOptions options) : IUpdateRule
{
    private readonly SecondMoment _square = new(options.Alpha, options.Epsilon);
    private readonly float _share = (float)(1 - options.Alpha);
    private readonly float _flushAverage = Flush.MomentBelow(options.Epsilon);
    private readonly float _minusRate = (float)-options.LearningRate;
    private readonly float _epsilon = (float)options.Epsilon;
    private readonly float _flushCenter = Flush.CenterBelow(options.Epsilon);

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v, ref TFloat a, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat> =>
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), Scale(g, ref v, ref a), p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Scale<TFloat>(TFloat g, ref TFloat v, ref TFloat a)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _square.Update(ref v, g);
        a = Flush.Below(a, _flushAverage);
        a = TFloat.FusedMultiplyAdd(TFloat.Splat(_share), g - a, a);
        TFloat center = Flush.Below(a, _flushCenter);
        TFloat zero = TFloat.Splat(0f);
        TFloat variance = TFloat.Max(TFloat.FusedMultiplyAdd(zero - center, center, v), zero);
        return g / (TFloat.Sqrt(variance) + TFloat.Splat(_epsilon));
    }
}

/// <summary>The buffer b averages what <see cref="RmsPropRule"/> moves by.</summary>
internal readonly struct RmsPropMomentumRule(RmsPropOptions options) : IUpdateRule
{
    private readonly RmsPropRule _scale = new(options);
    private readonly float _minusRate = (float)-options.LearningRate;
    private readonly float _momentum = (float)options.Momentum;

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v, ref TFloat b, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        b = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(b, Flush.Velocity), _scale.Scale(g, ref v));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), b, p);
    }
}

/// <summary>The buffer b averages what <see cref="RmsPropCenteredRule"/> moves by.</summary>
internal readonly struct RmsPropCenteredMomentumRule(RmsPropOptions options) : IUpdateRule
{
    private readonly RmsPropCenteredRule _scale = new(options);
    private readonly float _minusRate = (float)-options.LearningRate;
    private readonly float _momentum = (float)options.Momentum;

    public static int StateCount => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v, ref TFloat a, ref TFloat b)
        where TFloat : struct, IFloatLane<TFloat>
    {
        b = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(b, Flush.Velocity), _scale.Scale(g, ref v, ref a));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), b, p);
    }
}
