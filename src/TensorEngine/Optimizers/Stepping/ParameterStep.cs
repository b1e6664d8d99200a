using System.Runtime.InteropServices;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// One step of a whole parameter, for optimizers that need all of it (its norm, its rows and columns) before they can move an element. The
/// padding after the parameter is never included. In a <see cref="ParameterShard"/>, LARS and LAMB get the elements of the part, and norms
/// over the whole parameter.
/// </summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public readonly ref struct ParameterStep<TOptions>
    where TOptions : OptimizerOptions
{
    private readonly Optimizer<TOptions>? _optimizer;
    private readonly SweepBuffers _buffers;

    internal ParameterStep(TOptions options, long number, Optimizer<TOptions> optimizer, int slot, scoped in SweepBuffers buffers)
        : this(options, number, optimizer.Slots.PieceOf(slot), optimizer, slot, buffers)
    {
    }

    private ParameterStep(
        TOptions options,
        long number,
        (int Start, int Length) piece,
        Optimizer<TOptions> optimizer,
        int slot,
        scoped in SweepBuffers buffers)
        : this(
            options,
            number,
            piece.Length,
            buffers.At(optimizer.Parameters[slot].Offset + piece.Start, optimizer.Slots.StateOffset(slot)))
    {
        _optimizer = optimizer;
        Slot = slot;
    }

    private ParameterStep(TOptions options, long number, int length, scoped in SweepBuffers buffers)
    {
        Options = options;
        Number = number;
        Length = length;
        _buffers = buffers;
        _buffers.GradientFactor = options.Maximize ? -buffers.GradientFactor : buffers.GradientFactor;
    }

    /// <summary>The options, with the current learning rate.</summary>
    public TOptions Options { get; }

    /// <summary>The number of this step, counted from 1.</summary>
    public long Number { get; }

    /// <summary>The parameter's number of elements.</summary>
    public int Length { get; }

    /// <summary>The parameter.</summary>
    /// <exception cref="InvalidOperationException">The step is over the caller's own memory.</exception>
    public Parameter Parameter =>
        _optimizer?.Parameters[Slot] ?? throw new InvalidOperationException("A step over the caller's own memory has no parameter.");

    /// <summary>The index of the parameter in the optimizer.</summary>
    public int Slot { get; }

    /// <summary>The parameter's values.</summary>
    public Span<float> Values => MemoryMarshal.CreateSpan(ref _buffers.Values, Length);

    private ReadOnlySpan<float> Gradients => MemoryMarshal.CreateReadOnlySpan(ref _buffers.Gradients, Length);

    /// <summary>The threads that share long passes, or null to use the calling thread alone.</summary>
    public Workers? Workers => _buffers.Workers;

    /// <summary>Returns the parameter's state; empty if the optimizer keeps none of this kind for its shape.</summary>
    /// <param name="index">The index in the optimizer's state names.</param>
    public Span<float> State(int index) =>
        _optimizer is null ? MemoryMarshal.CreateSpan(ref _buffers.State(index), Length) : _optimizer.StateOf(Slot, index);

    /// <summary>Returns the Euclidean norm of the values, summed in double.</summary>
    public double ValueNorm() =>
        Math.Sqrt(_optimizer?.Norms is { } norms ? norms.SquaredNorm(Slot, kind: 0) : Reduction.SquaredNorm(Values, Workers));

    /// <summary>Returns the Euclidean norm of the gradients as they enter the step: scaled, clipped and clamped.</summary>
    public double GradientNorm()
    {
        double scale = _buffers.GradientBound is null ? Math.Abs(_buffers.GradientFactor) : 1;
        if (_optimizer?.Norms is { } norms)
            return Math.Sqrt(norms.SquaredNorm(Slot, kind: 1)) * scale;
        return _buffers.GradientBound is { } bound
            ? Math.Sqrt(Reduction.SquaredNormClamped(Gradients, (float)_buffers.GradientFactor, bound, Workers))
            : Math.Sqrt(Reduction.SquaredNorm(Gradients, Workers)) * scale;
    }

    /// <summary>Sums this part's share of the squares of the values, and of those of <paramref name="second"/>.</summary>
    internal void AddNorms(ShardNorms norms, ReadOnlySpan<float> second)
    {
        norms.Add(Slot, kind: 0, Values, Workers);
        norms.Add(Slot, kind: 1, second, Workers);
    }

    /// <summary>Does the same for the values and the gradients, for <see cref="ValueNorm"/> and <see cref="GradientNorm"/>.</summary>
    internal void AddNorms(ShardNorms norms)
    {
        norms.Add(Slot, kind: 0, Values, Workers);
        norms.Add(Slot, kind: 1, Gradients, Workers, (float)_buffers.GradientFactor, _buffers.GradientBound);
    }

    /// <summary>Returns two sums over the parameter's elements and the optimizer's states, in one pass that only reads.</summary>
    internal (double First, double Second) Sums<TTerms, TFirst, TSecond>(StepSums<TFirst, TSecond> sums, in TTerms terms)
        where TTerms : struct, IStepTerms
        where TFirst : struct, ITerm
        where TSecond : struct, ITerm => sums.Of(terms, _buffers, Length);

    /// <summary>Runs a rule over the parameter, with the optimizer's states in their order.</summary>
    /// <param name="rule">The rule, with the constants of this step.</param>
    /// <param name="decay">The weight decay, by default none.</param>
    /// <typeparam name="TRule">The rule.</typeparam>
    public void Run<TRule>(in TRule rule, WeightDecay decay = default)
        where TRule : struct, IUpdateRule<TRule>
    {
        if (_optimizer is null)
            SpanBuffers.CheckCount(TRule.StateCount, _buffers.StateCount);
        CheckCount<TRule>(_buffers.StateCount);
        Segment all = new(0, 0, Length);
        CautiousSweep.Run(rule, decay, Options, _buffers, [all], [all]);
    }

    /// <summary>Runs a rule over the parameter, with the given memory in place of the optimizer's states.</summary>
    /// <param name="rule">The rule, with the constants of this step.</param>
    /// <param name="decay">How values are drawn to 0.</param>
    /// <param name="state0">The rule's first state, as long as the parameter: a state of the optimizer, or scratch memory.</param>
    /// <param name="state1">The second state, likewise; empty if the rule has none.</param>
    /// <param name="state2">The third state, likewise.</param>
    /// <param name="state3">The fourth state, likewise.</param>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <exception cref="ArgumentException">A state does not have the parameter's length.</exception>
    public void Run<TRule>(
        in TRule rule,
        WeightDecay decay,
        Span<float> state0,
        Span<float> state1 = default,
        Span<float> state2 = default,
        Span<float> state3 = default)
        where TRule : struct, IUpdateRule<TRule>
    {
        int count = SpanBuffers.Count(state0, state1, state2, state3);
        SweepBuffers buffers = _buffers;
        buffers.StateCount = 0;
        if (count > 0)
            SetState(ref buffers, 0, state0, nameof(state0));
        if (count > 1)
            SetState(ref buffers, 1, state1, nameof(state1));
        if (count > 2)
            SetState(ref buffers, 2, state2, nameof(state2));
        if (count > 3)
            SetState(ref buffers, 3, state3, nameof(state3));
        CheckCount<TRule>(buffers.StateCount);
        Sweep.Run(rule, Options.Modifiers?.Corrected(decay, Options.LearningRate) ?? decay, buffers, [new Segment(0, 0, Length)]);
    }

    /// <summary>Runs a rule over some ranges of the parameter only, and sets the gradients that it has used to 0.</summary>
    /// <param name="rule">The rule, with the constants of this step.</param>
    /// <param name="segments">The ranges, relative to the parameter's first element; no two may overlap.</param>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">A range extends beyond the parameter.</exception>
    public void RunAndClear<TRule>(in TRule rule, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule<TRule>
    {
        foreach (ref readonly Segment segment in segments)
        {
            if ((segment.Offset | segment.StateOffset | segment.Length) < 0
                || Math.Max(segment.Offset, segment.StateOffset) > Length - segment.Length)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(segments), segment, $"segments has {segment}, which extends beyond the {Length} elements of the parameter.");
            }
        }

        SweepBuffers buffers = _buffers;
        buffers.ClearGradients = true;
        CheckCount<TRule>(buffers.StateCount);
        Sweep.Run(rule, WeightDecay.None, buffers, segments);
    }

    /// <summary>Computes values + factor * direction in place, rounded once.</summary>
    /// <param name="factor">The factor; narrowed to float, unless it exceeds the range of floats.</param>
    /// <param name="direction">As long as the parameter.</param>
    /// <exception cref="ArgumentException"><paramref name="direction"/> does not have the parameter's length.</exception>
    public void Move(double factor, ReadOnlySpan<float> direction) => Combine.AddScaled(Values, factor, direction, Workers);

    /// <summary>Creates a step over the caller's own memory.</summary>
    internal static ParameterStep<TOptions> Over(
        TOptions options,
        long step,
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> state0 = default,
        Span<float> state1 = default)
    {
        Require.NotNull(options).Check(nameof(options));
        Require.Step(step);
        SweepBuffers buffers = SpanBuffers.Check(values, gradients, state0, state1);
        return new(options, step, values.Length, buffers);
    }

    private void SetState(ref SweepBuffers buffers, int index, Span<float> state, string name)
    {
        Require.SameLength(state, Values, name);
        buffers.SetState(index, state);
    }

    private static void CheckCount<TRule>(int given)
        where TRule : struct, IUpdateRule<TRule>
    {
        if (TRule.StateCount != given)
        {
            throw new InvalidOperationException(
                $"{typeof(TRule).Name} has {TRule.StateCount} states, but the optimizer has {given} for it.");
        }
    }
}
