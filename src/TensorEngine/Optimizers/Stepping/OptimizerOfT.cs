using System.Runtime.CompilerServices;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// An optimizer whose options have a known type. Derive from <see cref="FusedOptimizer{TSelf, TOptions}"/> for an elementwise rule, and
/// from this type for a rule that needs whole parameters.
/// </summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public abstract partial class Optimizer<TOptions> : Optimizer
    where TOptions : OptimizerOptions
{
    private readonly List<ParameterGroup<TOptions>> _groups = [];
    private readonly List<int[]> _stateMaps = [];
    private readonly IReadOnlyList<StateLayout> _layouts;
    private readonly IReadOnlyList<CarriedNumber> _carried;
    private bool _isDetached;

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
    /// <param name="options">The options of all parameters that are not in a group of their own.</param>
    /// <param name="states">The kinds of state, in the order of the rules' states.</param>
    /// <param name="carried">The numbers that each parameter carries in addition.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter appears twice or belongs to another optimizer, there is no parameter, or two options contradict each other.
    /// </exception>
    protected Optimizer(
        IEnumerable<Parameter> parameters,
        TOptions options,
        IReadOnlyList<StateLayout> states,
        params IReadOnlyList<CarriedNumber> carried)
        : this(ParameterCuts.BetweenParameters, parameters, options, states, carried)
    {
    }

    private protected Optimizer(
        ParameterCuts cuts,
        IEnumerable<Parameter> parameters,
        TOptions options,
        IReadOnlyList<StateLayout> states,
        IReadOnlyList<CarriedNumber> carried)
    {
        Require.NotNull(options).Check(nameof(options));
        SavedNames.Check(GetType().Name, states.Select(state => state.Name), carried.Select(number => number.Name));
        Slots = new ParameterSlots(parameters, CarriedNumbers.Initial(carried), cuts);
        CheckShard(nameof(parameters));
        CheckPrecision(nameof(parameters));
        CheckCompression(options, nameof(options), states);
        (_carried, _layouts) = (carried, states);
        Slots.Formats = StateFormats.For(Slots.Parameters, states, _ => options.StateCompression);
        _state = new StateBuffers(states, Slots, Slots.Formats);
        _stateMaps.Add(StateMap(options));
        StartState(Slots.SlotsOf(0), before: null, options, fill: true);
        _groups.Add(new(this, 0, options));
        foreach (ParameterStore store in Slots.Stores)
            store.Freeze();
        foreach (Parameter parameter in Slots.Parameters)
            parameter.Owner = this;
        Shard?.Bind(this);
        if (cuts == ParameterCuts.BetweenBlocks && Shard is { PartCount: > 1 })
            Norms = new ShardNorms(Slots);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => Slots.Parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames => _state.Names;

    /// <summary>
    /// The options of all parameters that are not in a group of their own. Assigned options are checked as a whole and take effect with the
    /// next step; added groups keep theirs.
    /// </summary>
    /// <inheritdoc cref="ParameterGroup{TOptions}.Options" path="/exception"/>
    public TOptions Options
    {
        get => _groups[0].Options;
        set => _groups[0].Options = value;
    }

    /// <inheritdoc cref="Optimizer.Groups"/>
    public new IReadOnlyList<ParameterGroup<TOptions>> Groups => _groups.AsReadOnly();

    internal ParameterSlots Slots { get; }

    /// <summary>Gets the norms of parameters of which other parts also have elements; null if there can be none.</summary>
    internal ShardNorms? Norms { get; }

    private protected sealed override IReadOnlyList<ParameterGroup> AnyGroups => _groups;

    /// <summary>Whether the rules support <see cref="UpdateModifiers.Cautious"/>.</summary>
    private protected virtual bool CanBeCautious => false;

    /// <summary>
    /// Creates a group of some of the optimizer's parameters with options of its own. A parameter belongs to the group to which it was
    /// added last.
    /// </summary>
    /// <param name="parameters">Parameters of this optimizer, each once.</param>
    /// <param name="change">
    /// Returns the group's options, given the optimizer's: <c>options => options with { WeightDecay = 0 }</c>. Options that it does not
    /// change are inherited.
    /// </param>
    /// <returns>The group.</returns>
    /// <exception cref="ArgumentNullException">An argument is null, or <paramref name="change"/> returns null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="parameters"/> is empty or has one that the optimizer does not step, or two options contradict each other.
    /// </exception>
    /// <exception cref="InvalidOperationException">The options need state that the optimizer was not created with.</exception>
    public ParameterGroup<TOptions> AddGroup(IEnumerable<Parameter> parameters, Func<TOptions, TOptions> change)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        TOptions options = Require.NotNull(Require.NotNull(change)(Options), nameof(change));
        int[] slots = Slots.OfAll(parameters);
        options.Check("options");
        CheckCompression(options, nameof(change), _layouts);
        int[] map = StateMap(options);
        foreach (bool fill in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (int slot in slots)
                StartState([slot], _groups[Slots.GroupOf(slot)].Options, options, fill);
        }

        int index = _groups.Count;
        Slots.AssignGroup(slots, index);
        _groups.Add(new(this, index, options));
        _stateMaps.Add(map);
        ArrangeState(options);
        return _groups[index];
    }

    /// <summary>Creates a group of the parameters for which <paramref name="predicate"/> returns true, with options of its own.</summary>
    /// <param name="predicate">Called once for each parameter, immediately.</param>
    /// <param name="change">Returns the group's options, given the optimizer's.</param>
    /// <inheritdoc cref="AddGroup(IEnumerable{Parameter}, Func{TOptions, TOptions})" path="/returns|/exception"/>
    public ParameterGroup<TOptions> AddGroup(Func<Parameter, bool> predicate, Func<TOptions, TOptions> change)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return AddGroup(Parameters.Where(predicate), change);
    }

    /// <inheritdoc/>
    public override long StepCount(Parameter parameter) => Slots.BatchOf(Slots.Of(parameter)).Step;

    /// <inheritdoc/>
    public override void Detach()
    {
        if (_isDetached)
            return;
        _isDetached = true;
        foreach (Parameter parameter in Parameters)
            parameter.Owner = null;
    }

    /// <summary>Takes a step of parameters that share options and step count.</summary>
    /// <param name="step">The options, the number of the step, and its data.</param>
    protected abstract void Step(in StepContext<TOptions> step);

    /// <summary>
    /// Returns the state buffers that rules use with these options, in order, or null (the default) for all of the optimizer's.
    /// </summary>
    /// <param name="options">The options of the optimizer, or of one of its groups.</param>
    protected virtual IReadOnlyList<StateName>? StatesAt(TOptions options) => null;

    internal IReadOnlyList<Parameter> ParametersOf(int group) => Slots.ParametersOf(group);

    /// <summary>Returns the data of a sweep over a batch.</summary>
    internal SweepBuffers SweepBuffersOf(ParameterBatch batch, double gradientFactor)
    {
        var buffers = new SweepBuffers
        {
            HasHalves = batch.Store.HasHalves,
            GradientFactor = gradientFactor,
            Number = batch.Step,
            GradientBound = (float?)GradientOptions.ClipValue,
            ClearGradients = GradientOptions.Clear,
            Padding = batch.Padding,
            Workers = Workers,
        };
        if (buffers.HasHalves)
        {
            buffers.Values = ref Unsafe.As<byte, float>(ref batch.Store.HalfValueBuffer.Start);
            buffers.Gradients = ref Unsafe.As<byte, float>(ref batch.Store.HalfGradientBuffer.Start);
        }
        else
        {
            buffers.Values = ref batch.Store.ValueBuffer.Start;
            buffers.Gradients = ref batch.Store.GradientBuffer.Start;
        }

        _state.Wire(ref buffers, _stateMaps[batch.Group], batch.Format);
        return buffers;
    }

    /// <summary>Applies a group's new options; throws if they contradict each other or need state that does not exist.</summary>
    internal void ChangeOptions(int group, TOptions before, TOptions options)
    {
        options.Check("Options");
        CheckCompression(options, nameof(Options), _layouts);
        int[] map = StateMap(options);
        StartState(Slots.SlotsOf(group), before, options, fill: false);
        StartState(Slots.SlotsOf(group), before, options, fill: true);
        _stateMaps[group] = map;
    }

    /// <summary>Checks options from a file like <see cref="ChangeOptions"/>; their state follows.</summary>
    internal void CheckLoaded(StateArchive archive, TOptions options, int group)
    {
        if (options.FindContradiction() is { } contradiction)
            throw archive.Mismatch(contradiction);
        CheckCompression(options, nameof(options), _layouts);
        int[] map = StateMap(options);
        archive.Commit(() => _stateMaps[group] = map);
    }

    internal override void Prepare()
    {
        if (_isDetached)
            throw new InvalidOperationException("The optimizer is detached from its parameters and cannot step.");
        foreach (ParameterStore store in Slots.Stores)
            store.CheckValuesAreOwn();
        Norms?.CheckExchange();
        Refresh();
    }

    internal override void Refresh() => Slots.Refresh();

    internal override void Take(double gradientFactor)
    {
        foreach (ParameterBatch batch in Slots.Batches)
        {
            if (!Slots.IsTrainable(batch))
                continue;
            (long number, CarriedNumbers carried) = (batch.Step, batch.Carried);
            try
            {
                batch.Step++;
                Step(new StepContext<TOptions>(this, batch, _groups[batch.Group].StepOptions, gradientFactor));
            }
            catch (OverflowException)
            {
                (batch.Step, batch.Carried) = (number, carried);
                throw;
            }
        }
    }

    internal override void ModifyGradients() => UnitGradients.Modify(Slots, _groups, GradientOptions.Scale, Workers);

    internal override void DescribeState(StateArchive archive)
    {
        int found = archive.Each("groups", _groups.Count, (inner, group) =>
        {
            if (group >= _groups.Count)
                throw inner.Mismatch($"the optimizer here has {_groups.Count} groups; add the groups of the saved one before loading.");
            _groups[group].Describe(inner);
        });
        if (found != _groups.Count)
            throw archive.Mismatch($"groups are {found} in the file, but {_groups.Count} here; the same groups must have been added.");
        Slots.Describe(archive, _groups.Count, _carried);
        _state.Describe(archive, Parameters);
        archive.Commit(() => ArrangeState());
    }

    private int[] StateMap(TOptions options)
    {
        if (options.Modifiers is { Cautious: true } && !CanBeCautious)
            throw new InvalidOperationException($"Modifiers.Cautious is true, but {GetType().Name} does not step one element at a time.");
        if (Shard is { PartCount: > 1 } && options.Modifiers is { NeedWholeParameters: true } modifiers)
            throw new InvalidOperationException($"Modifiers is {modifiers}, but {Shard} has parts of parameters.");
        return StatesAt(options) is { } states ? _state.Map(states, GetType().Name) : [.. Enumerable.Range(0, _state.Names.Count)];
    }
}
