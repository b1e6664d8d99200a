using System.Diagnostics.CodeAnalysis;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// An optimizer with an elementwise rule: one pass over memory, with adjacent parameters in one call. Derive from it to write your own.
/// </summary>
/// <typeparam name="TSelf">The optimizer itself.</typeparam>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public abstract class FusedOptimizer<TSelf, TOptions> : Optimizer<TOptions>
    where TSelf : FusedOptimizer<TSelf, TOptions>, IFusedOptimizer<TOptions>
    where TOptions : OptimizerOptions
{
    // Asking the optimizer in every step would cost a step of a few elements a tenth.
    private static readonly bool s_carries = TSelf.Carried.Count > 0;
    private static readonly CarriedNumbers s_initial = CarriedNumbers.Initial(TSelf.Carried);

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
    /// <param name="options">The options of all parameters that are not in a group of their own.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter appears twice or belongs to another optimizer, there is no parameter, or two options contradict each other.
    /// </exception>
    protected FusedOptimizer(IEnumerable<Parameter> parameters, TOptions options)
        : base(ParameterCuts.Anywhere, parameters, options, [.. Layout(options)], TSelf.Carried)
    {
    }

    /// <summary>
    /// Takes one step over the caller's own memory, in place, exactly as the optimizer does, including weight decay and sign.
    /// </summary>
    /// <param name="options">The options, which determine the state buffers (<see cref="IFusedOptimizer{TOptions}.States"/>).</param>
    /// <param name="step">The number of this step, counted from 1.</param>
    /// <param name="values">p, any length and alignment; updated.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="state0">The first state, as long as <paramref name="values"/>; empty if the options name none.</param>
    /// <param name="state1">The second state, likewise.</param>
    /// <param name="state2">The third state, likewise.</param>
    /// <param name="state3">The fourth state, likewise.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// Lengths differ, buffers overlap, the number of states is not that of the options, two options contradict each other, or the
    /// optimizer carries numbers from step to step and this is not the first step.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Update(
        TOptions options,
        long step,
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> state0 = default,
        Span<float> state1 = default,
        Span<float> state2 = default,
        Span<float> state3 = default)
    {
        if (step > 1 && s_carries)
            ThrowCarries(step);

        CarriedNumbers carried = s_initial;
        Update(options, step, ref carried, values, gradients, state0, state1, state2, state3);
    }

    /// <summary>Takes one step like the other overload, for optimizers that carry numbers from step to step.</summary>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of this step, counted from 1.</param>
    /// <param name="carried">
    /// The numbers from the previous step; before the first step, the initial values in <see cref="IFusedOptimizer{TOptions}.Carried"/>.
    /// Updated.
    /// </param>
    /// <param name="values">p; updated.</param>
    /// <param name="gradients">As long as <paramref name="values"/>.</param>
    /// <param name="state0">The first state.</param>
    /// <param name="state1">The second state.</param>
    /// <param name="state2">The third state.</param>
    /// <param name="state3">The fourth state.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// Lengths differ, buffers overlap, the number of states is not that of the options, or two options contradict each other.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Update(
        TOptions options,
        long step,
        ref CarriedNumbers carried,
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> state0 = default,
        Span<float> state1 = default,
        Span<float> state2 = default,
        Span<float> state3 = default)
    {
        Require.NotNull(options).Check(nameof(options));
        Require.Step(step);
        SweepBuffers buffers = SpanBuffers.Check(values, gradients, state0, state1, state2, state3);
        ReadOnlySpan<Segment> segments = values.IsEmpty ? [] : [new Segment(0, 0, values.Length)];
        CarriedNumbers next = carried;
        TSelf.Step(new FusedStep<TOptions>(options, step, ref next, buffers, segments, segments, isCallersMemory: true));
        carried = next;
    }

    internal sealed override bool CanCompress => true;

    private protected sealed override bool CanBeCautious => true;

    /// <inheritdoc/>
    protected sealed override void Step(in StepContext<TOptions> step) => TSelf.Step(step.AllElements);

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<StateName> StatesAt(TOptions options) => TSelf.States(options);

    [DoesNotReturn]
    private static void ThrowCarries(long step) => throw new ArgumentException(
        $"step is {step}; "
        + $"{typeof(TSelf).Name} carries {string.Join(", ", TSelf.Carried.Select(number => number.Name))} from step to "
        + "step, so steps after the first need the overload with carried.",
        nameof(step));

    private static IEnumerable<StateLayout> Layout(TOptions options) =>
        TSelf.States(Require.NotNull(options)).Select(state => new StateLayout(state.Name) { IsNonNegative = state.IsNonNegative });
}
