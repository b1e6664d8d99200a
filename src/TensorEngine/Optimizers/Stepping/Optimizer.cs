using System.Diagnostics;
using TensorEngine.Compression;
using TensorEngine.Numerics;
using TensorEngine.Schedules;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Updates the parameters of one or more stores. All memory is allocated on construction. A step allocates nothing, except for the first
/// one after <see cref="Parameter.Trainable"/> has changed or a group was added, which rearranges the parameters. A parameter can belong to
/// only one optimizer. Not thread-safe.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public abstract partial class Optimizer : IStateful
{
    private StepPolicy _policy;

    // Calls of Step since the last step, whose gradients add up.
    private long _accumulated;

    private protected Optimizer()
        : this(new StepPolicy())
    {
    }

    private protected Optimizer(StepPolicy policy)
    {
        _policy = policy;
        _policy.Owner = this;
    }

    /// <summary>The parameters, in the order of their stores.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// The groups of parameters that share options: first the group of all parameters that are not in a group of their own, then the added
    /// groups, in order.
    /// </summary>
    public IReadOnlyList<ParameterGroup> Groups => AnyGroups;

    /// <summary>The names of the state kept for each parameter, as in PyTorch's state_dict.</summary>
    public abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>Options for scaling, clipping and clearing gradients, and for handling those that are not finite.</summary>
    public GradientOptions GradientOptions => _policy.Gradients;

    /// <summary>
    /// The threads that share long steps, or null (the default) to use the calling thread alone. Results are bit-identical either way.
    /// </summary>
    public Workers? Workers
    {
        get => _policy.Workers;
        set => _policy.Workers = value;
    }

    /// <summary>The part of the parameters that this optimizer steps and keeps state for, or null (the usual case) for all.</summary>
    public virtual ParameterShard? Shard => null;

    /// <summary>The name of the optimizer's type in saved state.</summary>
    internal virtual string Kind => GetType().Name;

    /// <summary>The groups, which optimizers with options of a known type store.</summary>
    private protected abstract IReadOnlyList<ParameterGroup> AnyGroups { get; }

    /// <summary>Whether a step clears all gradients, even if it is skipped.</summary>
    internal virtual bool UsesUpGradients => false;

    /// <summary>
    /// Updates every trainable parameter from its gradient. Gradients are not written unless <see cref="GradientOptions"/> asks for it. A
    /// parameter that is not trainable keeps its values, state and step count.
    /// </summary>
    /// <returns>Whether the step was taken, and the norm of the gradients if it was needed.</returns>
    /// <exception cref="InvalidOperationException">
    /// The optimizer is detached, is part of another optimizer, or has a <see cref="Shard"/> with several parts; or an average is swapped
    /// in. Nothing has changed then.
    /// </exception>
    /// <exception cref="OverflowException">
    /// A constant of the rule, such as the learning rate over 1 - beta1^step, is finite, but not as a float. As in PyTorch, parameters of
    /// other groups may have been stepped by then.
    /// </exception>
    public StepResult Step()
    {
        CheckOwnsItself();
        if (Shard is { PartCount: > 1 } shard)
            throw new InvalidOperationException($"This {GetType().Name} steps {shard}; all parts must be stepped together.");
        Prepare();
        if (_accumulated + 1 < GradientOptions.StepEvery)
        {
            _accumulated++;
            return new StepResult(Taken: false, GradientNorm: null) { IsAccumulating = true };
        }

        ModifyGradients();
        double factor = GradientOptions.Scale / (_accumulated + 1);
        double? norm = GradientOptions.NeedNorm ? GradientPower.NormOf(this, GradientOptions.NormPower) * Math.Abs(factor) : null;

        // As torch: always multiplied, so that a norm of NaN spreads, which Math.Min hands on.
        if (GradientOptions.ClipNorm is { } limit)
            factor *= Math.Min(1, limit / (norm!.Value + 1e-6));
        if (GradientOptions.SkipNonFinite && (!double.IsFinite(norm!.Value) || Overflows(factor)))
        {
            if (GradientOptions.Clear || UsesUpGradients)
                ClearTrainableGradients();
            _accumulated = 0;
            return new StepResult(Taken: false, norm);
        }

        Take(FarFactor.IsFar(factor) ? factor : (float)factor);
        _accumulated = 0;
        return new StepResult(Taken: true, norm);
    }

    /// <summary>
    /// Returns the norm of the gradients of all trainable parameters together, scaled by <see cref="GradientOptions.Scale"/>, with the
    /// power <see cref="GradientOptions.NormPower"/>: by default the root of the sum of their squares, in double.
    /// </summary>
    public double GradientNorm()
    {
        Refresh();
        return GradientPower.NormOf(this, GradientOptions.NormPower) * Math.Abs(GradientOptions.Scale);
    }

    /// <summary>Sets the gradients of all trainable parameters to 0.</summary>
    public void ClearGradients()
    {
        Refresh();
        ClearTrainableGradients();
    }

    /// <summary>
    /// Sets the learning rate of each group to the rate that a schedule gives for the group's initial rate, as PyTorch's schedulers do with
    /// base_lrs. Allocates nothing.
    /// </summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="step">The number of steps taken so far; at least 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="schedule"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="step"/> is negative, or the schedule gives a rate that is negative or not finite as a float.
    /// </exception>
    public void ApplySchedule(Schedule schedule, long step)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        SetRates(schedule, step);
    }

    /// <summary>Returns the number of steps that <paramref name="parameter"/> has taken.</summary>
    /// <param name="parameter">One of the optimizer's parameters.</param>
    /// <exception cref="ArgumentException">The optimizer does not step <paramref name="parameter"/>.</exception>
    public abstract long StepCount(Parameter parameter);

    /// <summary>Releases the parameters to another optimizer; this one can no longer step.</summary>
    public abstract void Detach();

    /// <inheritdoc/>
    public void Describe(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Fixed("kind", Kind);
        archive.Within("gradients", inner =>
        {
            GradientOptions found = GradientOptions.Copy();
            found.Describe(inner);
            inner.Commit(() => GradientOptions.Describe(inner));
        });
        DescribeAccumulated(archive);
        DescribeState(archive);
    }

    /// <summary>Returns the type, the number of parameters and the learning rate: "Adam of 4 parameters, learning rate 0.001".</summary>
    public override string ToString() =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{GetType().Name} of {Parameters.Count} parameters, learning rate {AnyGroups[0].LearningRate}");

    /// <summary>Describes everything on which a step depends, other than values, gradients and <see cref="GradientOptions"/>.</summary>
    internal abstract void DescribeState(StateArchive archive);

    /// <summary>Prepares a step; throws if it cannot be taken.</summary>
    internal abstract void Prepare();

    /// <summary>Applies changes of <see cref="Parameter.Trainable"/> and of groups.</summary>
    internal abstract void Refresh();

    /// <summary>Changes gradients as the groups' modifiers specify.</summary>
    internal abstract void ModifyGradients();

    /// <summary>Returns the sum of a power of all trainable parameters' unscaled gradients.</summary>
    internal abstract double GradientSum(in GradientPower power);

    /// <summary>Sets the gradients of all trainable parameters to 0.</summary>
    internal abstract void ClearTrainableGradients();

    /// <summary>Takes the step.</summary>
    /// <param name="gradientFactor">The factor of the gradients.</param>
    internal abstract void Take(double gradientFactor);

    /// <summary>Returns the largest magnitude among the gradients of all trainable parameters; NaN if one is NaN.</summary>
    internal abstract float LargestGradient();

    /// <summary>Returns all trainable parameters of the only store, with adjacent parameters joined.</summary>
    internal virtual ReadOnlySpan<Segment> TrainableSegments() => throw new NotSupportedException();

    /// <summary>Allocates or releases memory for the state of all parts.</summary>
    internal virtual void HoldWholeState(bool hold) => throw new NotSupportedException();

    /// <summary>A parameter's state in that memory.</summary>
    internal virtual Span<float> WholeState(Parameter parameter, string stateName) => throw new NotSupportedException();

    /// <summary>Takes the step of a shard.</summary>
    internal void TakeShard(double factor)
    {
        CheckOwnsItself();
        if (GradientOptions is not { StepEvery: 1, NormPower: 2 })
        {
            throw new InvalidOperationException(
                $"GradientOptions has StepEvery {GradientOptions.StepEvery} and NormPower {GradientOptions.NormPower}; "
                + "a shard supports StepEvery 1 and NormPower 2 only.");
        }

        Prepare();
        Take(FarFactor.IsFar(factor) ? factor : (float)factor);
    }

    private void CheckOwnsItself()
    {
        if (_policy.Owner != this)
        {
            throw new InvalidOperationException(
                $"This {GetType().Name} is part of a {_policy.Owner!.GetType().Name}, which steps it; call Step on that optimizer.");
        }
    }

    // What enters the step: a finite gradient that the factor, but no clamping afterwards, takes beyond the floats.
    private bool Overflows(double factor) =>
        Math.Abs(factor) > 1 && GradientOptions.ClipValue is null && !float.IsFinite((float)(LargestGradient() * factor));

    internal virtual void SetRates(Schedule schedule, long step)
    {
        IReadOnlyList<ParameterGroup> groups = AnyGroups;
        for (int i = 0; i < groups.Count; i++)
            groups[i].LearningRate = schedule.At(groups[i].InitialLearningRate, step);
    }

    /// <summary>Makes this optimizer part of another one, whose policy it uses.</summary>
    internal virtual void Join(StepPolicy policy) => _policy = policy;

    /// <summary>The policy, for an optimizer that wraps this one.</summary>
    internal StepPolicy Policy => _policy;

    private const string AccumulatedName = "accumulated_gradient";

    // What was added up so far is state as long as no step has used it.
    private void DescribeAccumulated(StateArchive archive)
    {
        long accumulated = archive.Has("accumulated", _accumulated > 0) ? archive.Count("accumulated", _accumulated) : 0;
        for (int i = 0; accumulated > 0 && i < Parameters.Count; i++)
        {
            Parameter parameter = Parameters[i];
            if (parameter.Store.HasHalves)
            {
                archive.Tensor(parameter, AccumulatedName, new HalfTensor(parameter.Store.HalfGradientBuffer, parameter));
                continue;
            }

            archive.Tensor(
                parameter,
                AccumulatedName,
                parameter.Shape,
                parameter.Store.GradientBuffer.Memory.Slice(parameter.Offset, parameter.Length));
        }

        archive.Commit(() => _accumulated = accumulated);
    }

    /// <summary>Throws if the optimizer is already part of another one.</summary>
    internal void CheckIsWhole(string name)
    {
        if (Shard is { PartCount: > 1 } shard)
            throw new ArgumentException($"{name} is {this} with {shard}; another one can only take over one that steps everything.", name);
        if (_policy.Owner != this)
        {
            throw new ArgumentException(
                $"{name} is {this}, which is already part of a {_policy.Owner!.GetType().Name}; "
                + "an optimizer can be part of only one other.",
                name);
        }
    }
}
