using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Moves y and z in a step by a given direction.</summary>
internal readonly struct ScheduleFreeMove
{
    private readonly Constant _minusRate;
    private readonly Constant _minusTrainingRate;
    private readonly Interpolation _toward;

    /// <param name="learningRate">The current learning rate.</param>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of the step.</param>
    /// <param name="carried">The sum of the weights of the earlier steps, and the largest learning rate; updated.</param>
    public ScheduleFreeMove(double learningRate, ScheduleFreeOptions options, long step, ref CarriedNumbers carried)
    {
        double rate = learningRate;
        if (step < options.WarmUpSteps)
            rate *= (double)step / options.WarmUpSteps;
        double largest = Math.Max(rate, carried[1]);
        double share = Share(options, step, largest, ref carried);
        _minusRate = new(-rate);
        _minusTrainingRate = new(rate * (options.EvaluationShare * (1 - share) - 1));
        _toward = new(share);
    }

    /// <summary>
    /// Returns the share of a step's weight in the sum of all weights, which is carried. If the sum would leave the range of double, the
    /// carried number from then on is the sum divided by the latest weight, with a negative sign to distinguish it.
    /// </summary>
    private static double Share(ScheduleFreeOptions options, long step, double largest, ref CarriedNumbers carried)
    {
        double weight = Weight(step, largest);
        double sum = carried[0] + weight;
        if (carried[0] >= 0 && double.IsFinite(sum))
        {
            (carried[0], carried[1]) = (sum, largest);
            return sum == 0 ? 0 : weight / sum;
        }

        double before = carried[0] < 0 ? -carried[0] : carried[0] == 0 ? 0 : carried[0] / Weight(step - 1, carried[1]);
        double fall = Scalar.Power((step - 1) / (double)step, options.WeightPower)
            * (largest == 0 ? 1 : Scalar.Power(carried[1] / largest, options.WeightRatePower));
        double ratio = before * fall + 1;
        (carried[0], carried[1]) = (-ratio, largest);
        return 1 / ratio;

        double Weight(long number, double rate) =>
            Scalar.Power(number, options.WeightPower) * Scalar.Power(rate, options.WeightRatePower);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Move<TFloat>(ref TFloat y, ref TFloat z, TFloat direction)
        where TFloat : struct, IFloatLane<TFloat>
    {
        y = _toward.Apply(y, z);
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
        in StartingFromValues<TRule> rule, ref TFloat p, TFloat g, ref TFloat s0, ref TFloat s1, ref TFloat s2, ref TFloat s3)
        where TFloat : struct, IFloatLane<TFloat>
    {
        s0 = p;
        TRule.Apply(rule._rule, ref p, g, ref s0, ref s1, ref s2, ref s3);
    }
}
