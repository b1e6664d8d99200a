namespace TensorEngine.Optimizers.Stepping;

/// <summary>An <see cref="Optimizer"/> with the options it is told by.</summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public abstract class Optimizer<TOptions> : Optimizer
    where TOptions : OptimizerOptions
{
    private readonly List<TOptions> _groups = [];

    private protected Optimizer(IEnumerable<Parameter> parameters, TOptions options, params ReadOnlySpan<string> stateNames)
        : base(parameters, options, stateNames) => _groups.Add(options);

    private protected Optimizer(IEnumerable<Parameter> parameters, TOptions options, StateKind[] stateKinds)
        : base(parameters, options, stateKinds) => _groups.Add(options);

    /// <summary>
    /// The optimizer's own copy of its options; setting a property takes effect with the next step. Parameters of a group
    /// follow the group's options instead.
    /// </summary>
    public new TOptions Options => _groups[0];

    /// <summary>The options of the optimizer and of its groups, in the order in which they were added.</summary>
    public new IReadOnlyList<TOptions> Groups => _groups;

    private protected sealed override IReadOnlyList<OptimizerOptions> AnyGroups => _groups;

    /// <summary>
    /// Gives some of the optimizer's parameters options of their own. A parameter follows the group it was put in last.
    /// Neighbours in a store with the same group and step count are stepped in one call.
    /// </summary>
    /// <param name="parameters">Parameters of this optimizer, each once.</param>
    /// <param name="options">Copied.</param>
    /// <returns>The group's own copy, whose properties may be set between steps.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="parameters"/> is empty or has one that the optimizer does not step.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Two options contradict each other, or ask for state that the optimizer was not made with.
    /// </exception>
    public TOptions AddGroup(IEnumerable<Parameter> parameters, TOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var copy = (TOptions)Require.NotNull(options).Copy();
        CheckOptions(copy);
        Slots.AssignGroup(parameters, _groups.Count);
        _groups.Add(copy);
        return copy;
    }

    /// <summary>Gives the parameters that <paramref name="predicate"/> holds for options of their own.</summary>
    /// <param name="predicate">Asked once for each parameter, now.</param>
    /// <param name="options">Copied.</param>
    /// <returns>The group's own copy, whose properties may be set between steps.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The predicate holds for none.</exception>
    /// <exception cref="InvalidOperationException">
    /// Two options contradict each other, or ask for state that the optimizer was not made with.
    /// </exception>
    public TOptions AddGroup(Func<Parameter, bool> predicate, TOptions options)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return AddGroup(Parameters.Where(predicate), options);
    }

    /// <summary>Throws if the options contradict each other or need state that there is not.</summary>
    private protected virtual void CheckOptions(TOptions options) => options.CheckTogether();

    /// <summary>Takes a step of the batch's parameters, which follow <paramref name="options"/>.</summary>
    private protected abstract void Update(TOptions options, ParameterBatch batch, in UpdateBuffers buffers);

    private protected override void CheckGroups()
    {
        foreach (TOptions options in _groups)
            CheckOptions(options);
    }

    // What was saved is first tried on a copy.
    private protected sealed override void DescribeGroups(StateVisitor visitor)
    {
        int found = visitor.Each("groups", _groups.Count, (inner, group) =>
        {
            if (group >= _groups.Count)
                throw inner.Mismatch($"the optimizer here has {_groups.Count} groups; add those of the saved one before loading.");
            OptimizerOptions trial = _groups[group].Copy();
            trial.Describe(inner);
            CheckOptions((TOptions)trial);
            inner.Commit(() => _groups[group].Describe(inner));
        });
        if (found != _groups.Count)
            throw visitor.Mismatch($"groups are {found} in the file, but {_groups.Count} here; the same groups must have been added.");
    }

    private protected sealed override void Update(ParameterBatch batch, in UpdateBuffers buffers) =>
        Update(_groups[batch.Group], batch, buffers);
}
