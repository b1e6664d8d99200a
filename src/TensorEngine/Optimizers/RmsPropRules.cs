using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Divides g by the root of the average square v, and stores the quotient in place of the value.</summary>
internal readonly struct RmsPropDirection(RmsPropOptions options) : IUpdateRule1<RmsPropDirection>
{
    private readonly SecondMoment _square = new(options.Alpha, options.Epsilon);
    private readonly Constant _epsilon = new(options.Epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat d, TFloat g, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _square.Update(ref v, g);
        d = g / (TFloat.Sqrt(v) + TFloat.Splat(_epsilon));
    }
}

/// <summary>
/// Divides g by its deviation from the average gradient a, which decays by the same float as v because their difference matters.
/// </summary>
internal readonly struct RmsPropCenteredDirection(RmsPropOptions options) : IUpdateRule2<RmsPropCenteredDirection>
{
    private readonly SecondMoment _square = new(options.Alpha, options.Epsilon);
    private readonly FirstMoment _average = new(options.Alpha, options.Epsilon);
    private readonly Constant _epsilon = new(options.Epsilon);
    private readonly Constant _flushCenter = new(Flush.CenterBelow(options.Epsilon));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat d, TFloat g, ref TFloat v, ref TFloat a)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _square.Update(ref v, g);
        _average.Update(ref a, g);
        TFloat center = Flush.Below(a, _flushCenter);
        TFloat zero = TFloat.Splat(0f);
        TFloat variance = TFloat.Max(TFloat.FusedMultiplyAdd(zero - center, center, v), zero);
        d = g / (TFloat.Sqrt(variance) + TFloat.Splat(_epsilon));
    }
}

/// <summary>Moves p by the direction.</summary>
internal readonly struct RmsPropRule<TDirection>(TDirection direction, RmsPropOptions options) : IUpdateRule<RmsPropRule<TDirection>>
    where TDirection : struct, IUpdateRule<TDirection>
{
    private readonly TDirection _direction = direction;
    private readonly Constant _minusRate = new(-options.LearningRate);

    public static int StateCount => TDirection.StateCount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<TFloat>(
        in RmsPropRule<TDirection> rule, ref TFloat p, TFloat g, ref TFloat v, ref TFloat a, ref TFloat state2, ref TFloat state3)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat d = default;
        TDirection.Apply(rule._direction, ref d, g, ref v, ref a, ref state2, ref state3);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(rule._minusRate), d, p);
    }
}

/// <summary>Averages the directions in the buffer b, the state after those of the direction, and moves p by it.</summary>
internal readonly struct RmsPropMomentumRule<TDirection>(TDirection direction, RmsPropOptions options)
    : IUpdateRule<RmsPropMomentumRule<TDirection>>
    where TDirection : struct, IUpdateRule<TDirection>
{
    private readonly TDirection _direction = direction;
    private readonly Constant _minusRate = new(-options.LearningRate);
    private readonly Constant _momentum = new(options.Momentum);

    public static int StateCount => TDirection.StateCount + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<TFloat>(
        in RmsPropMomentumRule<TDirection> rule,
        ref TFloat p,
        TFloat g,
        ref TFloat state0,
        ref TFloat state1,
        ref TFloat state2,
        ref TFloat state3)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat d = default;
        TDirection.Apply(rule._direction, ref d, g, ref state0, ref state1, ref state2, ref state3);
        if (TDirection.StateCount == 1)
            rule.Move(ref p, d, ref state1);
        else
            rule.Move(ref p, d, ref state2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Move<TFloat>(ref TFloat p, TFloat d, ref TFloat b)
        where TFloat : struct, IFloatLane<TFloat>
    {
        b = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(b, Flush.Velocity), d);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), b, p);
    }
}
