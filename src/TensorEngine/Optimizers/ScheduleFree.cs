using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>What schedule-free optimizers can be told beside the common options.</summary>
public abstract record ScheduleFreeOptions : OptimizerOptions
{
    private protected ScheduleFreeOptions(double learningRate)
        : base(learningRate)
    {
    }

    /// <summary>Over how many steps the learning rate rises from 0; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long WarmUpSteps
    {
        get;
        set => field = Require.AtLeast(0, value, nameof(WarmUpSteps));
    }

    /// <summary>r: a step counts in the average by its number to this power; finite, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double WeightPower
    {
        get;
        set => field = Require.Finite(value);
    }

    /// <summary>A step counts in the average by the largest learning rate so far to this power; finite, by default 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double WeightRatePower
    {
        get;
        set => field = Require.Finite(value);
    } = 2;

    /// <summary>beta: how much the training values y have of the evaluation values x.</summary>
    internal abstract double EvaluationShare { get; }

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        WarmUpSteps = visitor.Integer(nameof(WarmUpSteps), WarmUpSteps);
        WeightPower = visitor.Number(nameof(WeightPower), WeightPower);
        WeightRatePower = visitor.Number(nameof(WeightRatePower), WeightRatePower);
    }
}

/// <summary>
/// An optimizer that averages instead of following a schedule. While it trains, the parameters hold the values y at which
/// gradients are to be computed; the values x to evaluate and to keep follow from them and z:
/// <code>
/// y = (1 - beta) * z + beta * x
/// </code>
/// </summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public abstract class ScheduleFreeOptimizer<TOptions> : ElementwiseOptimizer<TOptions>
    where TOptions : ScheduleFreeOptions
{
    private AlignedBuffer? _training;

    private protected ScheduleFreeOptimizer(IEnumerable<Parameter> parameters, TOptions options, params ReadOnlySpan<string> stateNames)
        : base(parameters, options, stateNames)
    {
    }

    /// <summary>Whether the parameters hold the evaluation values x, with which no step can be taken.</summary>
    public bool HasEvaluationValues { get; private set; }

    /// <summary>
    /// Puts the evaluation values x in the place of the training values y, if they are not there yet. Parameters that have taken
    /// no step are left as they are. The training values are kept, to the bit: the first call allocates memory for them.
    /// </summary>
    public void UseEvaluationValues()
    {
        if (HasEvaluationValues)
            return;
        _training ??= new AlignedBuffer(Slots.StateLength, place: 4);
        foreach (ParameterBatch batch in Slots.Batches)
        {
            foreach (int slot in batch.Step > 0 ? batch.Slots : [])
            {
                Parameter parameter = Parameters[slot];
                parameter.Values.CopyTo(Training(slot));
                Evaluate(Training(slot), State(parameter, "z"), parameter.Values, Groups[batch.Group]);
            }
        }

        HasEvaluationValues = true;
    }

    /// <summary>Puts the training values back; what was done to the values since <see cref="UseEvaluationValues"/> is lost.</summary>
    public void UseTrainingValues()
    {
        if (!HasEvaluationValues)
            return;
        foreach (ParameterBatch batch in Slots.Batches)
        {
            foreach (int slot in batch.Step > 0 ? batch.Slots : [])
                Training(slot).CopyTo(Parameters[slot].Values);
        }

        HasEvaluationValues = false;
    }

    /// <summary>Computes the evaluation values x of the caller's memory.</summary>
    /// <param name="values">y, any length and alignment.</param>
    /// <param name="z">As long as <paramref name="values"/>.</param>
    /// <param name="destination">Receives x; as long as <paramref name="values"/>, and the same memory or apart.</param>
    /// <param name="options">The options that the steps were taken with.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ, or buffers overlap otherwise.</exception>
    private protected static void Evaluate(ReadOnlySpan<float> values, ReadOnlySpan<float> z, Span<float> destination, TOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.SameLength(z, values);
        Require.SameLength(destination, values);
        Require.SameOrApart(destination, values);
        Require.SameOrApart(destination, z);
        ElementLoop.Run(new Interpolation(1 - 1 / options.EvaluationShare), values, z, destination);
    }

    private protected sealed override IReadOnlyList<string> CarriedNames => ["weight_sum", "lr_max"];

    /// <summary>Describes also which values the parameters hold; with the evaluation values, the training values y are state.</summary>
    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        bool evaluates = visitor.Flag("has_evaluation_values", HasEvaluationValues);
        visitor.Commit(() => HasEvaluationValues = evaluates);
        if (!evaluates)
            return;
        _training ??= new AlignedBuffer(Slots.StateLength);
        for (int slot = 0; slot < Parameters.Count; slot++)
            visitor.Tensor(Parameters[slot], "y", Parameters[slot].Shape, TrainingMemory(slot));
    }

    private protected override void CheckGroups()
    {
        base.CheckGroups();
        if (HasEvaluationValues)
            throw new InvalidOperationException("The parameters hold the evaluation values; call UseTrainingValues first.");
    }

    private Span<float> Training(int slot) => TrainingMemory(slot).Span;

    private Memory<float> TrainingMemory(int slot) => _training!.Memory.Slice(Slots.StateOffset(slot), Parameters[slot].Length);
}

/// <summary>How y and z move in a step, whatever it is that they move by.</summary>
internal readonly struct ScheduleFreeMove
{
    private readonly float _minusRate;
    private readonly float _minusTrainingRate;
    private readonly float _share;

    /// <param name="options">The options.</param>
    /// <param name="step">The number of the step.</param>
    /// <param name="carried">The sum of the weights of the steps before, and the largest learning rate; updated.</param>
    public ScheduleFreeMove(ScheduleFreeOptions options, long step, ref Carried carried)
    {
        double rate = options.LearningRate;
        if (step < options.WarmUpSteps)
            rate *= (double)step / options.WarmUpSteps;
        double largest = Math.Max(rate, carried.Second);
        double weight = Scalar.Power((double)step, options.WeightPower) * Scalar.Power(largest, options.WeightRatePower);
        carried = new Carried(carried.First + weight, largest);
        double share = carried.First == 0 ? 0 : weight / carried.First;
        _minusRate = (float)-rate;
        _minusTrainingRate = (float)(rate * (options.EvaluationShare * (1 - share) - 1));
        _share = (float)share;
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
internal readonly struct StartingFromValues<TRule>(TRule rule) : IUpdateRule
    where TRule : struct, IUpdateRule
{
    public static int StateCount => TRule.StateCount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat state0, ref TFloat state1, ref TFloat state2)
        where TFloat : struct, IFloatLane<TFloat>
    {
        state0 = p;
        rule.Update(ref p, g, ref state0, ref state1, ref state2);
    }
}
