using TensorEngine.Compression;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// An optimizer that averages instead of following a schedule. While it trains, the parameters hold the values y at which
/// gradients are to be computed; the values x to evaluate and to keep follow from them and z:
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

    /// <summary>Whether the parameters hold the evaluation values x, with which no step can be taken.</summary>
    public bool HasEvaluationValues { get; private set; }

    /// <summary>
    /// Puts the evaluation values x in the place of the training values y, if they are not there yet. Parameters that have taken
    /// no step are left as they are. The training values are kept, to the bit: the first call allocates memory for them. With a
    /// <see cref="Optimizer.Shard"/> the values of its part alone change.
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

    /// <summary>Puts the training values back; what was done to the values since <see cref="UseEvaluationValues"/> is lost.</summary>
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

    /// <summary>Computes the evaluation values x of the caller's memory.</summary>
    /// <param name="values">y, any length and alignment.</param>
    /// <param name="z">As long as <paramref name="values"/>.</param>
    /// <param name="destination">Receives x; as long as <paramref name="values"/>, and the same memory or apart.</param>
    /// <param name="options">The options that the steps were taken with.</param>
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

    /// <summary>Describes also which values the parameters hold; with the evaluation values, the training values y are state.</summary>
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
