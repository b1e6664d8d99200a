using System.Diagnostics.CodeAnalysis;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>One step of elements that share options and step count.</summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public readonly ref struct FusedStep<TOptions>
    where TOptions : OptimizerOptions
{
    private readonly SweepBuffers _buffers;
    private readonly ReadOnlySpan<Segment> _segments;
    private readonly ReadOnlySpan<Segment> _parameters;
    private readonly ref CarriedNumbers _carried;
    private readonly bool _isCallersMemory;

    internal FusedStep(
        TOptions options,
        long number,
        ref CarriedNumbers carried,
        scoped in SweepBuffers buffers,
        ReadOnlySpan<Segment> segments,
        ReadOnlySpan<Segment> parameters,
        bool isCallersMemory = false)
    {
        _isCallersMemory = isCallersMemory;
        Options = options;
        Number = number;
        _carried = ref carried;
        _buffers = buffers;
        _buffers.GradientFactor = options.Maximize ? -buffers.GradientFactor : buffers.GradientFactor;
        _segments = segments;
        _parameters = parameters;
    }

    /// <summary>The options, with the current learning rate.</summary>
    public TOptions Options { get; }

    /// <summary>The number of this step, counted from 1.</summary>
    public long Number { get; }

    /// <summary>
    /// The numbers carried from step to step, in the order of <see cref="IFusedOptimizer{TOptions}.Carried"/>. Update them in the step.
    /// </summary>
    public ref CarriedNumbers Carried => ref _carried;

    /// <summary>Runs a rule over the elements.</summary>
    /// <param name="rule">The rule, with the constants of this step.</param>
    /// <param name="decay">The weight decay, by default none.</param>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <exception cref="InvalidOperationException">The rule has more or fewer states than the optimizer's options name.</exception>
    public void Run<TRule>(in TRule rule, WeightDecay decay = default)
        where TRule : struct, IUpdateRule<TRule>
    {
        if (_segments.IsEmpty)
            return;
        if (TRule.StateCount != _buffers.StateCount)
            ThrowStateCount(typeof(TRule).Name, TRule.StateCount);
        CautiousSweep.Run(rule, decay, Options, _buffers, _segments, _parameters);
    }

    [DoesNotReturn]
    private void ThrowStateCount(string rule, int count)
    {
        if (_isCallersMemory)
            SpanBuffers.CheckCount(count, _buffers.StateCount);
        throw new InvalidOperationException(
            $"{rule} has {count} states, but States names {_buffers.StateCount} at {Options.GetType().Name}.");
    }
}
