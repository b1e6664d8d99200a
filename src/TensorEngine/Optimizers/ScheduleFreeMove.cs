using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>How y and z move in a step, whatever it is that they move by.</summary>
internal readonly struct ScheduleFreeMove
{
    private readonly Constant _minusRate;
    private readonly Constant _minusTrainingRate;
    private readonly Constant _share;

    /// <param name="learningRate">The rate in force.</param>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of the step.</param>
    /// <param name="carried">The sum of the weights of the steps before, and the largest learning rate; updated.</param>
    public ScheduleFreeMove(double learningRate, IScheduleFreeOptions options, long step, ref CarriedNumbers carried)
    {
        double rate = learningRate;
        if (step < options.WarmUpSteps)
            rate *= (double)step / options.WarmUpSteps;
        double largest = Math.Max(rate, carried[1]);
        double weight = Scalar.Power(step, options.WeightPower) * Scalar.Power(largest, options.WeightRatePower);
        carried[0] += weight;
        carried[1] = largest;
        double share = carried[0] == 0 ? 0 : weight / carried[0];
        _minusRate = new(-rate);
        _minusTrainingRate = new(rate * (options.EvaluationShare * (1 - share) - 1));
        _share = new(share);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Move<TFloat>(ref TFloat y, ref TFloat z, TFloat direction)
        where TFloat : struct, IFloatLane<TFloat>
    {
        y = TFloat.FusedMultiplyAdd(TFloat.Splat(_share), z - y, y);
        y = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusTrainingRate), direction, y);
        z = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), direction, z);
    }
}

/// <summary>The first step of a rule whose first state buffer starts as a copy of the values.</summary>
internal readonly struct StartingFromValues<TRule>(TRule rule) : IUpdateRule<StartingFromValues<TRule>>
    where TRule : struct, IUpdateRule<TRule>
{
    private readonly TRule _rule = rule;

    public static int StateCount => TRule.StateCount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<TFloat>(
        in StartingFromValues<TRule> rule,
        ref TFloat p,
        TFloat g,
        ref TFloat state0,
        ref TFloat state1,
        ref TFloat state2,
        ref TFloat state3)
        where TFloat : struct, IFloatLane<TFloat>
    {
        state0 = p;
        TRule.Apply(rule._rule, ref p, g, ref state0, ref state1, ref state2, ref state3);
    }
}
