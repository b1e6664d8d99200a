namespace TensorEngine.Optimizers.Stepping;

/// <summary>One step of the parameters of a store that share options and step count.</summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public readonly ref struct StepContext<TOptions>
    where TOptions : OptimizerOptions
{
    private readonly Optimizer<TOptions> _optimizer;
    private readonly ParameterBatch _batch;
    private readonly double _gradientFactor;

    internal StepContext(Optimizer<TOptions> optimizer, ParameterBatch batch, TOptions options, double gradientFactor)
    {
        _optimizer = optimizer;
        _batch = batch;
        _gradientFactor = gradientFactor;
        Options = options;
    }

    /// <summary>The options, with the current learning rate.</summary>
    public TOptions Options { get; }

    /// <summary>The number of this step, counted from 1.</summary>
    public long Number => _batch.Step;

    /// <summary>All elements, for a step in one pass.</summary>
    public FusedStep<TOptions> AllElements =>
        new(Options, Number, ref _batch.Carried, _optimizer.SweepBuffersOf(_batch, _gradientFactor), _batch.Segments, _batch.Parameters);

    /// <summary>The number of parameters; with a <see cref="ParameterShard"/>, only those of its part.</summary>
    public int ParameterCount => _batch.SteppedSlots.Length;

    /// <summary>The threads that share long passes, or null to use the calling thread alone.</summary>
    internal Workers? Workers => _optimizer.Workers;

    /// <summary>Returns one of the parameters, for a step of its own.</summary>
    /// <param name="index">The index, from 0 to <see cref="ParameterCount"/> - 1.</param>
    public ParameterStep<TOptions> Parameter(int index) =>
        new(Options, Number, _optimizer, _batch.SteppedSlots[index], _optimizer.SweepBuffersOf(_batch, _gradientFactor));

    /// <summary>Returns one of the parameters, for a step by one thread while other threads step others.</summary>
    internal ParameterStep<TOptions> ParameterOfOneThread(int index)
    {
        SweepBuffers buffers = _optimizer.SweepBuffersOf(_batch, _gradientFactor);
        buffers.Workers = null;
        return new(Options, Number, _optimizer, _batch.SteppedSlots[index], buffers);
    }

    /// <summary>The number of elements of one of the parameters.</summary>
    internal int Length(int index) => _optimizer.Parameters[_batch.SteppedSlots[index]].Length;
}
