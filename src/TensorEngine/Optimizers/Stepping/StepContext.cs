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

    /// <summary>The options, with the learning rate in force.</summary>
    public TOptions Options { get; }

    /// <summary>The number of this step, from 1.</summary>
    public long Number => _batch.Step;

    /// <summary>All elements, to be stepped in one pass.</summary>
    public FusedStep<TOptions> AllElements =>
        new(Options, Number, ref _batch.Carried, _optimizer.SweepBuffersOf(_batch, _gradientFactor), _batch.Segments, _batch.Parameters);

    /// <summary>The number of parameters; with a <see cref="ParameterShard"/> those of its part.</summary>
    public int ParameterCount => _batch.SteppedSlots.Length;

    /// <summary>The threads that share long passes; null to use the calling thread alone.</summary>
    internal Workers? Workers => _optimizer.Workers;

    /// <summary>One of the parameters, to be stepped by itself.</summary>
    /// <param name="index">From 0 to below <see cref="ParameterCount"/>.</param>
    public ParameterStep<TOptions> Parameter(int index) =>
        new(Options, Number, _optimizer, _batch.SteppedSlots[index], _optimizer.SweepBuffersOf(_batch, _gradientFactor));

    /// <summary>As <see cref="Parameter"/>, to be stepped by one thread while others step others.</summary>
    internal ParameterStep<TOptions> ParameterOfOneThread(int index)
    {
        SweepBuffers buffers = _optimizer.SweepBuffersOf(_batch, _gradientFactor);
        buffers.Workers = null;
        return new(Options, Number, _optimizer, _batch.SteppedSlots[index], buffers);
    }

    /// <summary>The number of elements of one of the parameters.</summary>
    internal int Length(int index) => _optimizer.Parameters[_batch.SteppedSlots[index]].Length;
}
