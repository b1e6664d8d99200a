using System.Diagnostics;
using System.Globalization;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Steps the parameters of one or more stores. Everything is allocated on construction; a step allocates nothing, but for the
/// first after <see cref="Parameter.Trainable"/> was changed, which arranges the parameters anew. A parameter belongs to one
/// optimizer at most.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public abstract class Optimizer
{
    // After the values and the gradients.
    private const int FirstStatePlace = 2;

    private readonly StateBuffer[] _state;
    private readonly string[] _stateNames;
    private bool _detached;

    private protected Optimizer(IEnumerable<Parameter> parameters, OptimizerOptions options, params ReadOnlySpan<string> stateNames)
        : this(parameters, options, [.. stateNames.ToArray().Select(name => new StateKind(name))])
    {
    }

    private protected Optimizer(IEnumerable<Parameter> parameters, OptimizerOptions options, StateKind[] stateKinds)
    {
        options.CheckTogether();
        Slots = new ParameterSlots(parameters);
        _stateNames = [.. stateKinds.Select(kind => kind.Name)];
        _state = [.. stateKinds.Select((kind, index) => kind.Make(Slots, FirstStatePlace + index))];
        foreach (ParameterStore store in Slots.Stores)
            store.Freeze();
        foreach (Parameter parameter in Slots.Parameters)
            parameter.Owner = this;
    }

    /// <summary>The parameters, in the order of their stores.</summary>
    public IReadOnlyList<Parameter> Parameters => Slots.Parameters;

    /// <summary>The names of the state that is kept for parameters, as in PyTorch's state_dict.</summary>
    public IReadOnlyList<string> StateNames => _stateNames;

    /// <summary>
    /// The optimizer's own copy of its options, for code that serves any optimizer: a schedule sets
    /// <see cref="OptimizerOptions.LearningRate"/>. Parameters of a group follow the group's options instead.
    /// </summary>
    public OptimizerOptions Options => Groups[0];

    /// <summary>The options of the optimizer and of its groups, in the order in which they were added.</summary>
    public IReadOnlyList<OptimizerOptions> Groups => AnyGroups;

    /// <summary>Scaling, clipping and clearing of gradients, and what to do about those that are not finite.</summary>
    public GradientOptions Gradients { get; } = new();

    /// <summary>
    /// Who helps with long steps; null, at first, for nobody. The bits do not depend on it. The passes over every element and the
    /// norm of the gradients are shared out.
    /// </summary>
    public Workers? Workers { get; set; }

    /// <summary>What the optimizer is called in saved state.</summary>
    internal abstract string Kind { get; }

    private protected ParameterSlots Slots { get; }

    /// <summary>The names of what is carried beside the elements' state, two at most.</summary>
    private protected virtual IReadOnlyList<string> CarriedNames => [];

    /// <summary><see cref="Groups"/>, which the optimizers with options of a known kind keep.</summary>
    private protected abstract IReadOnlyList<OptimizerOptions> AnyGroups { get; }

    /// <summary>
    /// Updates every trainable parameter from its gradient, which is not written unless <see cref="Gradients"/> says so. A
    /// gradient of 0 is a gradient: moments decay.
    /// </summary>
    /// <returns>Whether the step was taken, and the norm of the gradients if it had to be known.</returns>
    /// <exception cref="InvalidOperationException">
    /// Two options contradict each other, or ask for state that the optimizer was not made with, or the optimizer is detached.
    /// </exception>
    public StepResult Step()
    {
        if (_detached)
            throw new InvalidOperationException("The optimizer is detached from its parameters and cannot step.");
        CheckGroups();
        Slots.Refresh();

        double factor = Gradients.Scale;
        double? norm = Gradients.NeedNorm ? GradientNorm() : null;
        if (Gradients.SkipNonFinite && !double.IsFinite(norm!.Value))
        {
            if (Gradients.Clear || UsesUpGradients)
                ClearTrainableGradients();
            return new StepResult(Taken: false, norm);
        }

        // As torch: always multiplied, so that a norm of NaN spreads, which Math.Min hands on.
        if (Gradients.ClipNorm is { } limit)
            factor *= Math.Min(1, limit / (norm!.Value + 1e-6));

        foreach (ParameterBatch batch in Slots.Batches)
        {
            if (batch.Segments.IsEmpty)
                continue;
            batch.Step++;
            Update(batch, Buffers(batch.Store, (float)factor));
        }

        return new StepResult(Taken: true, norm);
    }

    /// <summary>How many steps <paramref name="parameter"/> has taken.</summary>
    /// <exception cref="ArgumentException">The optimizer does not step <paramref name="parameter"/>.</exception>
    public long StepCount(Parameter parameter) => Slots.BatchOf(Slots.Of(parameter)).Step;

    /// <summary>
    /// The state called <paramref name="stateName"/> of <paramref name="parameter"/>: one float per element, unless the optimizer
    /// says otherwise; empty if it keeps none of this name for a parameter of this shape.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The optimizer does not step <paramref name="parameter"/>, or has no state of that name.
    /// </exception>
    public Span<float> State(Parameter parameter, string stateName)
    {
        int slot = Slots.Of(parameter);
        int index = Array.IndexOf(_stateNames, stateName);
        if (index < 0)
        {
            throw new ArgumentException(
                $"stateName is \"{stateName}\"; {GetType().Name} has {(_stateNames.Length == 0 ? "no state" : string.Join(", ", _stateNames))}.",
                nameof(stateName));
        }

        return _state[index].Of(slot);
    }

    /// <summary>
    /// The norm of the gradients of all trainable parameters together, scaled by <see cref="GradientOptions.Scale"/>: the root
    /// of the sum of their squares, in double.
    /// </summary>
    public double GradientNorm()
    {
        Slots.Refresh();
        return Math.Sqrt(SquaredGradientNorm()) * Math.Abs(Gradients.Scale);
    }

    /// <summary>Sets the gradients of all trainable parameters to 0.</summary>
    public void ClearGradients()
    {
        Slots.Refresh();
        ClearTrainableGradients();
    }

    /// <summary>Gives the parameters free for another optimizer. This one cannot step any more.</summary>
    public void Detach()
    {
        if (_detached)
            return;
        _detached = true;
        foreach (Parameter parameter in Parameters)
            parameter.Owner = null;
    }

    /// <summary>Describes all that a step depends on beside values and gradients.</summary>
    internal virtual void Describe(StateVisitor visitor)
    {
        visitor.Fixed("kind", Kind);
        DescribeGroups(visitor);
        visitor.Within("gradients", inner =>
        {
            Gradients.Copy().Describe(inner);
            inner.Commit(() => Gradients.Describe(inner));
        });
        Slots.Describe(visitor, Groups.Count, CarriedNames);
        for (int slot = 0; slot < Parameters.Count; slot++)
        {
            foreach (StateBuffer state in _state)
                state.Describe(visitor, slot, Parameters[slot]);
        }
    }

    /// <summary>Describes the options of all groups.</summary>
    private protected abstract void DescribeGroups(StateVisitor visitor);

    /// <summary>What it is: "Adam of 4 parameters, learning rate 0.001".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{GetType().Name} of {Parameters.Count} parameters, learning rate {Options.LearningRate}");

    /// <summary>Whether a step leaves no gradients behind, even if it is skipped.</summary>
    private protected virtual bool UsesUpGradients => false;

    /// <summary>The sum of the squares of all trainable parameters' gradients, as they are.</summary>
    private protected virtual double SquaredGradientNorm()
    {
        double sum = 0;
        for (int i = 0; i < Slots.Stores.Length; i++)
        {
            foreach (Segment segment in Slots.Trainable(i))
                sum += Reduction.SquaredNorm(Slots.Stores[i].Gradients.Slice(segment.Offset, segment.Length), Workers);
        }

        return sum;
    }

    /// <inheritdoc cref="ClearGradients"/>
    private protected virtual void ClearTrainableGradients()
    {
        for (int i = 0; i < Slots.Stores.Length; i++)
        {
            foreach (Segment segment in Slots.Trainable(i))
                Slots.Stores[i].Gradients.Slice(segment.Offset, segment.Length).Clear();
        }
    }

    /// <summary>Throws if the options of a group contradict each other or the state.</summary>
    private protected abstract void CheckGroups();

    /// <summary>Takes step number <see cref="ParameterBatch.Step"/> of the batch's parameters.</summary>
    private protected abstract void Update(ParameterBatch batch, in UpdateBuffers buffers);

    /// <summary>The state at <paramref name="index"/> in <see cref="StateNames"/> of the parameter in a slot.</summary>
    private protected Span<float> State(int slot, int index) => _state[index].Of(slot);

    /// <summary>Gives every element, but not the padding, a state of <paramref name="value"/>.</summary>
    private protected void FillState(int index, float value)
    {
        foreach (Parameter parameter in Parameters)
            State(parameter, _stateNames[index]).Fill(value);
    }

    /// <summary>Says what is carried into the first step; called by constructors of optimizers that carry something.</summary>
    private protected void CarryInitially(Carried carried)
    {
        foreach (ParameterBatch batch in Slots.Batches)
            batch.Carried = carried;
    }

    /// <summary>Sets the padding of values and state to 0, for rules that do not keep it so.</summary>
    private protected void ClearPadding(ParameterBatch batch)
    {
        foreach (int slot in batch.PaddedSlots)
        {
            Parameter parameter = Parameters[slot];
            batch.Store.Values.Slice(parameter.Offset + parameter.Length, parameter.PaddedLength - parameter.Length).Clear();
            foreach (StateBuffer state in _state)
                state.ClearPadding(slot);
        }
    }

    private UpdateBuffers Buffers(ParameterStore store, float gradientFactor)
    {
        var buffers = new UpdateBuffers
        {
            Values = ref store.ValueBuffer.Start,
            Gradients = ref store.GradientBuffer.Start,
            GradientFactor = gradientFactor,
            GradientBound = (float?)Gradients.ClipValue,
            ClearGradients = Gradients.Clear,
            HasPadding = true,
            Workers = Workers,
        };
        if (_state.Length > 0)
            buffers.State0 = ref _state[0].Start;
        if (_state.Length > 1)
            buffers.State1 = ref _state[1].Start;
        if (_state.Length > 2)
            buffers.State2 = ref _state[2].Start;
        return buffers;
    }
}
