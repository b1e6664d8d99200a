using TensorEngine.Compression;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// An optimizer that averages instead of following a schedule. During training, the parameters hold the values y at which you compute
/// gradients; the values x for evaluation and deployment follow from y and z:
/// <code>
/// y = (1 - beta) * z + beta * x
/// </code>
/// </summary>
/// <typeparam name="TSelf">The optimizer itself.</typeparam>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public abstract class ScheduleFreeOptimizer<TSelf, TOptions> : FusedOptimizer<TSelf, TOptions>
    where TSelf : ScheduleFreeOptimizer<TSelf, TOptions>, IFusedOptimizer<TOptions>
    where TOptions : ScheduleFreeOptions
{
    // Beside the values, the gradients and z.
    private const int TrainingPlace = 4;

    private AlignedBuffer? _training;

    // Evaluation values are made of spans of floats.
    internal sealed override bool CanStepHalves => false;

    private protected ScheduleFreeOptimizer(IEnumerable<Parameter> parameters, TOptions options)
        : base(parameters, options)
    {
    }

    /// <summary>Whether the parameters hold the evaluation values x, on which no step can be taken.</summary>
    public bool HasEvaluationValues { get; private set; }

    /// <summary>
    /// Replaces the training values y with the evaluation values x, unless they are already in place. Parameters that have taken no step
    /// stay unchanged. The training values are preserved bit for bit; the first call allocates memory for them. With a
    /// <see cref="Optimizer.Shard"/>, only the values of its part change.
    /// </summary>
    public void UseEvaluationValues()
    {
        if (HasEvaluationValues)
            return;
        _training ??= NewTraining();
        for (int slot = 0; slot < Parameters.Count; slot++)
        {
            Parameter parameter = Parameters[slot];
            if (StepCount(parameter) == 0)
                continue;
            Span<float> values = ValuesHere(slot);
            values.CopyTo(Training(slot));
            Evaluate(Training(slot), ZOf(parameter), values, Groups[Slots.GroupOf(slot)].Options);
        }

        HasEvaluationValues = true;
    }

    /// <summary>Restores the training values. Changes made to the values since <see cref="UseEvaluationValues"/> are lost.</summary>
    public void UseTrainingValues()
    {
        if (!HasEvaluationValues)
            return;
        for (int slot = 0; slot < Parameters.Count; slot++)
        {
            if (StepCount(Parameters[slot]) > 0)
                Training(slot).CopyTo(ValuesHere(slot));
        }

        HasEvaluationValues = false;
    }

    /// <summary>Computes the evaluation values x in the caller's memory.</summary>
    /// <param name="values">y, any length and alignment.</param>
    /// <param name="z">As long as <paramref name="values"/>.</param>
    /// <param name="destination">Receives x; as long as <paramref name="values"/>, and either the same memory or separate.</param>
    /// <param name="options">The options with which the steps were taken.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ, or buffers overlap otherwise.</exception>
    public static void Evaluate(ReadOnlySpan<float> values, ReadOnlySpan<float> z, Span<float> destination, TOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.SameLength(z, values);
        Require.SameLength(destination, values);
        Require.SameOrApart(destination, values);
        Require.SameOrApart(destination, z);
        Map.Run(new Interpolation(1 - 1 / options.EvaluationShare), values, z, destination);
    }

    /// <summary>
    /// Also describes which values the parameters hold; if they hold the evaluation values, the training values y are part of the state.
    /// </summary>
    internal override void DescribeState(StateArchive archive)
    {
        base.DescribeState(archive);
        bool evaluates = archive.Flag("has_evaluation_values", HasEvaluationValues);
        archive.Commit(() => HasEvaluationValues = evaluates);
        if (!evaluates)
            return;
        _training ??= NewTraining();
        for (int slot = 0; slot < Parameters.Count; slot++)
            archive.TensorPart(Parameters[slot], "y", Parameters[slot].Shape, TrainingMemory(slot), Slots.PieceOf(slot).Start);
    }

    internal override void Prepare()
    {
        base.Prepare();
        if (HasEvaluationValues)
            throw new InvalidOperationException("The parameters hold the evaluation values; call UseTrainingValues first.");
    }

    private ReadOnlySpan<float> ZOf(Parameter parameter)
    {
        if (CodecOf(parameter, "z") == StateCodec.Float32)
            return State(parameter, "z");
        float[] z = new float[parameter.Length];
        ReadState(parameter, "z", z);
        return z;
    }

    private AlignedBuffer NewTraining() => new(Slots.StateLength, TrainingPlace);

    private Span<float> ValuesHere(int slot)
    {
        (int start, int length) = Slots.PieceOf(slot);
        return Parameters[slot].Values.Slice(start, length);
    }

    private Span<float> Training(int slot) => TrainingMemory(slot).Span;

    private Memory<float> TrainingMemory(int slot) => _training!.Memory.Slice(Slots.StateOffset(slot), Slots.PieceOf(slot).Length);
}
