using TensorEngine.Compression;

namespace TensorEngine.Optimizers.Stepping;

/// <content>The state of the parameters and its codecs.</content>
public abstract partial class Optimizer<TOptions>
{
    private StateBuffers _state;

    /// <inheritdoc/>
    public override Span<float> State(Parameter parameter, string stateName) =>
        _state.Of(Slots.Of(parameter), stateName, GetType().Name);

    /// <inheritdoc/>
    public override StateCodec CodecOf(Parameter parameter, string stateName) =>
        _state.CodecOf(Slots.Of(parameter), stateName, GetType().Name);

    /// <inheritdoc/>
    public override void ReadState(Parameter parameter, string stateName, Span<float> destination) =>
        _state.Read(Slots.Of(parameter), stateName, GetType().Name, destination);

    /// <inheritdoc/>
    public override void WriteState(Parameter parameter, string stateName, ReadOnlySpan<float> source) =>
        _state.Write(Slots.Of(parameter), stateName, GetType().Name, source);

    /// <summary>Whether the rule is elementwise, so that state can be compressed.</summary>
    internal virtual bool CanCompress => false;

    /// <summary>Whether nothing but the rule looks at values and gradients, so that they may be bf16.</summary>
    internal virtual bool CanStepHalves => CanCompress;

    internal Span<float> StateOf(int slot, int index) => _state.Of(slot, index);

    /// <summary>Arranges the state as the groups' current options specify.</summary>
    /// <param name="changed">The options that have changed; null for any.</param>
    internal void ArrangeState(TOptions? changed = null)
    {
        // So that thousands of groups of floats cost no more than one.
        if (Slots.Formats is null && changed is { StateCompression.IsNone: true })
            return;
        var formats = StateFormats.For(Slots.Parameters, _layouts, slot => _groups[Slots.GroupOf(slot)].Options.StateCompression);
        if (formats is null ? Slots.Formats is null : formats.IsSame(Slots.Formats))
            return;
        var state = new StateBuffers(_layouts, Slots, formats);
        state.TakeOver(_state, Parameters);
        _state = state;
        Slots.Formats = formats;
    }

    private void CheckPrecision(string name)
    {
        foreach (ParameterStore store in Slots.Stores)
        {
            if (store.HasHalves && !CanStepHalves)
            {
                throw new ArgumentException(
                    $"{name} are of a store that keeps {store.Precision}, but {GetType().Name} does more with values than to step one "
                    + $"element at a time; it needs one that keeps {ValuePrecision.Float32}.",
                    name);
            }
        }
    }

    private void CheckCompression(TOptions options, string name, IReadOnlyList<StateLayout> states)
    {
        if (options.Modifiers is { NeedWholeParameters: true } && Array.Find(Slots.Stores.ToArray(), store => store.HasHalves) is { } half)
        {
            throw new ArgumentException(
                $"{name}: Modifiers is {options.Modifiers}, which needs whole parameters, but those of the optimizer are of a store that "
                + $"keeps {half.Precision}.",
                name);
        }

        if (options.StateCompression.IsNone)
            return;
        if (!CanCompress)
        {
            throw new ArgumentException(
                $"{name}: StateCompression is {options.StateCompression}, but {GetType().Name} needs whole parameters and always "
                + $"keeps its state as {StateCodec.Float32}.",
                name);
        }

        if (Shard is { PartCount: > 1 })
        {
            throw new ArgumentException(
                $"{name}: StateCompression is {options.StateCompression}, but the optimizer steps {Shard}; of several parts each keeps its "
                + $"state as {StateCodec.Float32}.",
                name);
        }

        if (options.Modifiers is { Cautious: true })
        {
            throw new ArgumentException(
                $"{name}: StateCompression is {options.StateCompression} and Modifiers.Cautious is true; a cautious step goes over the "
                + $"state twice, and needs {StateCodec.Float32}.",
                name);
        }

        foreach (string named in options.StateCompression.Named)
        {
            if (!states.Any(state => string.Equals(state.Name, named, StringComparison.Ordinal)))
            {
                throw new ArgumentException(
                    $"{name}: StateCompression names the state \"{named}\"; {GetType().Name} has "
                    + $"{(states.Count == 0 ? "no state" : string.Join(", ", states.Select(state => state.Name)))}.",
                    name);
            }
        }
    }

    // Where options start a state at another value than those before, it is filled; what has taken a step has left its start behind.
    private void StartState(ReadOnlySpan<int> slots, TOptions? before, TOptions options, bool fill)
    {
        if (StatesAt(options) is not { } states)
            return;
        foreach (StateName state in states)
        {
            float old = before is null
                ? 0
                : StatesAt(before)!.FirstOrDefault(one => string.Equals(one.Name, state.Name, StringComparison.Ordinal)).Initial;
            if (old == state.Initial)
                continue;
            foreach (int slot in slots)
            {
                if (Slots.BatchOf(slot).Step > 0)
                {
                    throw new InvalidOperationException(
                        $"The options start the state {state.Name} at {state.Initial} instead of {old}, but {Parameters[slot]} has taken "
                        + $"{Slots.BatchOf(slot).Step} steps; the initial value must be set before the first step.");
                }

                if (fill)
                    _state.Fill(slot, state.Name, GetType().Name, state.Initial);
            }
        }
    }
}
