namespace TensorEngine.Optimizers.Stepping;

/// <summary>Parameters of an optimizer that share options. Not thread-safe.</summary>
public abstract class ParameterGroup
{
    private protected ParameterGroup()
    {
    }

    /// <summary>The options, for code that serves any optimizer.</summary>
    public OptimizerOptions Options => AnyOptions;

    /// <summary>The initial learning rate, on which schedules are based: that of <see cref="Options"/>.</summary>
    public double InitialLearningRate => AnyOptions.LearningRate;

    /// <summary>
    /// The learning rate of the next step. Setting it allocates nothing and does not change <see cref="InitialLearningRate"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double LearningRate
    {
        get => Current.LearningRate;
        set => Current.SetCurrentRate(HyperParameter.NonNegative(value));
    }

    /// <summary>The parameters of the group, in the order of their stores.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    private protected abstract OptimizerOptions AnyOptions { get; }

    /// <summary>The group's own copy of its options, with the current learning rate, which a step receives.</summary>
    private protected abstract OptimizerOptions Current { get; }

    /// <summary>Returns the current learning rate and the options.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"learning rate {LearningRate}, {Options}");
}

/// <summary>Parameters of an optimizer that share options of a known type.</summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public sealed class ParameterGroup<TOptions> : ParameterGroup
    where TOptions : OptimizerOptions
{
    private readonly Optimizer<TOptions> _optimizer;
    private readonly int _index;
    private TOptions _options;
    private TOptions _current;

    internal ParameterGroup(Optimizer<TOptions> optimizer, int index, TOptions options)
    {
        _optimizer = optimizer;
        _index = index;
        _options = options;
        _current = options with { };
    }

    /// <summary>
    /// The options. Assigned options are checked as a whole and take effect with the next step; assigning allocates. The current learning
    /// rate does not change, unless the assigned options have a different initial rate.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">Two options contradict each other.</exception>
    /// <exception cref="InvalidOperationException">The options need state that the optimizer was not created with.</exception>
    public new TOptions Options
    {
        get => _options;
        set
        {
            _optimizer.ChangeOptions(_index, _options, Require.NotNull(value));
            Set(value, value.LearningRate == _options.LearningRate ? LearningRate : value.LearningRate);
            _optimizer.ArrangeState(value);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _optimizer.ParametersOf(_index);

    internal TOptions StepOptions => _current;

    private protected override OptimizerOptions AnyOptions => _options;

    private protected override OptimizerOptions Current => _current;

    /// <summary>Describes the options and the current learning rate.</summary>
    internal void Describe(StateArchive archive)
    {
        var options = (TOptions)_options.DescribeAll(archive);
        double rate = archive.Number(nameof(LearningRate), LearningRate);
        _optimizer.CheckLoaded(archive, options, _index);
        HyperParameter.NonNegative(rate, nameof(LearningRate));
        archive.Commit(() => Set(options, rate));
    }

    private void Set(TOptions options, double rate)
    {
        _options = options;
        _current = options with { };
        LearningRate = rate;
    }
}
