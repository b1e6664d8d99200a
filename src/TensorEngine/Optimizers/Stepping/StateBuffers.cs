namespace TensorEngine.Optimizers.Stepping;

/// <summary>All state of an optimizer: a buffer for each kind.</summary>
internal sealed class StateBuffers
{
    // After the values and the gradients.
    private const int FirstPlace = 2;

    private readonly StateBuffer[] _buffers;
    private readonly string[] _names;

    public StateBuffers(IReadOnlyList<StateLayout> layouts, ParameterSlots slots)
    {
        _names = [.. layouts.Select(layout => layout.Name)];
        _buffers = [.. layouts.Select((layout, index) => StateBuffer.Make(layout, slots, FirstPlace + index))];
    }

    public IReadOnlyList<string> Names => _names;

    private string Listed => _names.Length == 0 ? "no state" : string.Join(", ", _names);

    public Span<float> Of(int slot, int index) => _buffers[index].Of(slot);

    public Span<float> Of(int slot, string stateName, string optimizer) => _buffers[Index(stateName, optimizer)].Of(slot);

    /// <summary>Takes memory for the state of all parts of a shard, with this one's in its place.</summary>
    public void HoldWhole()
    {
        foreach (StateBuffer buffer in _buffers)
            buffer.HoldWhole();
    }

    /// <summary>Gives that memory back.</summary>
    public void ReleaseWhole()
    {
        foreach (StateBuffer buffer in _buffers)
            buffer.ReleaseWhole();
    }

    /// <summary>A parameter's state in that memory.</summary>
    public Span<float> Whole(int slot, string stateName, string optimizer) => _buffers[Index(stateName, optimizer)].Whole(slot);

    /// <summary>Which buffers are a rule's first state, second state and so on.</summary>
    /// <exception cref="InvalidOperationException">There is no buffer of a name.</exception>
    public int[] Map(IReadOnlyList<StateName> states, string optimizer)
    {
        int[] map = new int[states.Count];
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = Array.IndexOf(_names, states[i].Name);
            if (map[i] < 0)
            {
                throw new InvalidOperationException(
                    $"The options need the state {states[i].Name}, but this {optimizer} was made with {Listed}; "
                    + "make it with options that need all state that any group will.");
            }
        }

        return map;
    }

    /// <summary>Hands the buffers of a map to a sweep.</summary>
    public void Wire(ref SweepBuffers sweep, int[] map)
    {
        for (int i = 0; i < map.Length; i++)
            sweep.SetState(i, _buffers[map[i]].All);
    }

    public void Describe(StateArchive archive, IReadOnlyList<Parameter> parameters)
    {
        for (int slot = 0; slot < parameters.Count; slot++)
        {
            foreach (StateBuffer buffer in _buffers)
                buffer.Describe(archive, slot, parameters[slot]);
        }
    }

    private int Index(string stateName, string optimizer) =>
        Array.IndexOf(_names, stateName) is >= 0 and int index
            ? index
            : throw new ArgumentException($"stateName is \"{stateName}\"; {optimizer} has {Listed}.", nameof(stateName));
}
