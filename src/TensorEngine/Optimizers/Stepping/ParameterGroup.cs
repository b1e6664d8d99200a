namespace TensorEngine.Optimizers.Stepping;

/// <summary>Parameters of an optimizer that share options. Not thread-safe.</summary>
public abstract class ParameterGroup
{
    private protected ParameterGroup()
    {
    }

    /// <summary>The options, for code that serves any optimizer.</summary>
    public OptimizerOptions Options => AnyOptions;

    /// <summary>The rate at the start, which schedules begin with: that of <see cref="Options"/>.</summary>
    public double InitialLearningRate => AnyOptions.LearningRate;

    /// <summary>
    /// The learning rate of the next step. Setting it allocates nothing, and leaves <see cref="InitialLearningRate"/> as it is.
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

    /// <summary>The group's own copy of its options, with the learning rate in force; what a step is given.</summary>
    private protected abstract OptimizerOptions Current { get; }

    /// <summary>The options and the rate in force.</summary>
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
    /// The options. Those that are assigned are checked as a whole and take effect with the next step; assigning allocates. The
    /// learning rate in force stays as it is, unless the assigned options start with another one.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">Two options contradict each other.</exception>
    /// <exception cref="InvalidOperationException">The options ask for state that the optimizer was not made with.</exception>
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

    /// <summary>Describes the options and the rate in force.</summary>
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
