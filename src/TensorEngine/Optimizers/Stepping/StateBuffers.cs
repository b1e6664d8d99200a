using TensorEngine.Compression;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>All state of an optimizer: a buffer for each kind, and codes where state is compressed.</summary>
internal sealed class StateBuffers
{
    // After the values and the gradients.
    private const int FirstPlace = 2;

    private readonly StateBuffer[] _buffers;
    private readonly string[] _names;

    // Null if no state is compressed.
    private readonly CodedStates? _coded;

    public StateBuffers(IReadOnlyList<StateLayout> layouts, ParameterSlots slots, StateFormats? formats)
    {
        _names = [.. layouts.Select(layout => layout.Name)];
        if (formats is null)
        {
            _buffers = [.. layouts.Select((layout, index) => StateBuffer.Make(layout, slots, FirstPlace + index))];
            return;
        }

        // Whose state is compressed has no floats; those of the others lie one behind the other, as in the formats.
        HashSet<Parameter> isCoded = [.. slots.Parameters.Where((_, slot) => formats.Of(slot) != 0)];
        Shape? ShapeOf(Parameter parameter) => isCoded.Contains(parameter) ? null : parameter.Shape;
        _buffers = [.. layouts.Select((layout, index) => new StateBuffer(layout.Name, slots, FirstPlace + index, ShapeOf))];
        _coded = new CodedStates(formats, slots.Parameters, FirstPlace);
    }

    public IReadOnlyList<string> Names => _names;

    private string Listed => _names.Length == 0 ? "no state" : string.Join(", ", _names);

    public Span<float> Of(int slot, int index) => _buffers[index].Of(slot);

    public Span<float> Of(int slot, string stateName, string optimizer)
    {
        int index = Index(stateName, optimizer);
        if (!IsCoded(slot))
            return _buffers[index].Of(slot);
        return _coded!.TryGetFloats(slot, index, out Memory<float> floats)
            ? floats.Span
            : throw new InvalidOperationException(
                $"{stateName} is kept as {_coded.CodecOf(slot, index)}, so it has no span of floats; "
                + $"call {nameof(Optimizer.ReadState)} or {nameof(Optimizer.WriteState)}.");
    }

    /// <summary>Returns the codec of a kind of state of a parameter.</summary>
    public StateCodec CodecOf(int slot, string stateName, string optimizer)
    {
        int index = Index(stateName, optimizer);
        return IsCoded(slot) ? _coded!.CodecOf(slot, index) : StateCodec.Float32;
    }

    /// <summary>Copies the state of a parameter as floats.</summary>
    public void Read(int slot, string stateName, string optimizer, Span<float> destination)
    {
        int index = Index(stateName, optimizer);
        CheckLength(destination.Length, Length(slot, index), nameof(destination), stateName);
        if (IsCoded(slot))
            _coded!.Read(slot, index, destination);
        else
            _buffers[index].Of(slot).CopyTo(destination);
    }

    /// <summary>Sets the state of a parameter from floats.</summary>
    public void Write(int slot, string stateName, string optimizer, ReadOnlySpan<float> source)
    {
        int index = Index(stateName, optimizer);
        CheckLength(source.Length, Length(slot, index), nameof(source), stateName);
        if (IsCoded(slot))
            _coded!.Write(slot, index, source);
        else
            source.CopyTo(_buffers[index].Of(slot));
    }

    /// <summary>Sets all elements of the state of a parameter that has taken no step.</summary>
    public void Fill(int slot, string stateName, string optimizer, float value)
    {
        if (CodecOf(slot, stateName, optimizer) == StateCodec.Float32)
        {
            Of(slot, stateName, optimizer).Fill(value);
            return;
        }

        float[] all = new float[_coded!.Length(slot)];
        Array.Fill(all, value);
        Write(slot, stateName, optimizer, all);
    }

    /// <summary>Copies the state from another arrangement: codes of the same kind directly, others by way of floats.</summary>
    /// <param name="other">The state so far, of the same parameters.</param>
    /// <param name="parameters">The parameters, by slot.</param>
    public void TakeOver(StateBuffers other, IReadOnlyList<Parameter> parameters)
    {
        float[] floats = new float[parameters.Max(parameter => parameter.Length)];
        for (int slot = 0; slot < parameters.Count; slot++)
        {
            for (int index = 0; index < _names.Length; index++)
            {
                if (IsCoded(slot) && other.IsCoded(slot) && _coded!.TryCopy(slot, index, other._coded!))
                    continue;
                Span<float> state = floats.AsSpan(0, parameters[slot].Length);
                other.Read(slot, _names[index], "", state);
                Write(slot, _names[index], "", state);
            }
        }
    }

    /// <summary>Allocates memory for the state of all parts of a shard, with this part's own state in its place.</summary>
    public void HoldWhole()
    {
        foreach (StateBuffer buffer in _buffers)
            buffer.HoldWhole();
    }

    /// <summary>Releases that memory.</summary>
    public void ReleaseWhole()
    {
        foreach (StateBuffer buffer in _buffers)
            buffer.ReleaseWhole();
    }

    /// <summary>Returns a parameter's state in that memory.</summary>
    public Span<float> Whole(int slot, string stateName, string optimizer) => _buffers[Index(stateName, optimizer)].Whole(slot);

    /// <summary>Returns the indices of the buffers of a rule's first state, second state and so on.</summary>
    /// <exception cref="InvalidOperationException">There is no buffer with one of the names.</exception>
    public int[] Map(IReadOnlyList<StateName> states, string optimizer)
    {
        int[] map = new int[states.Count];
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = Array.IndexOf(_names, states[i].Name);
            if (map[i] < 0)
            {
                throw new InvalidOperationException(
                    $"The options need the state {states[i].Name}, but this {optimizer} was created with {Listed}; "
                    + "create it with options that need all the state of every group.");
            }
        }

        return map;
    }

    /// <summary>Passes the buffers of a map to a sweep over parameters of a format.</summary>
    public void Wire(ref SweepBuffers sweep, int[] map, int format)
    {
        if (format != 0)
        {
            _coded!.Wire(ref sweep, map, format);
            return;
        }

        for (int i = 0; i < map.Length; i++)
            sweep.SetState(i, _buffers[map[i]].All);
    }

    public void Describe(StateArchive archive, IReadOnlyList<Parameter> parameters)
    {
        for (int slot = 0; slot < parameters.Count; slot++)
        {
            for (int index = 0; index < _buffers.Length; index++)
            {
                if (IsCoded(slot))
                    _coded!.Describe(archive, slot, index, _names[index]);
                else
                    _buffers[index].Describe(archive, slot, parameters[slot]);
            }
        }
    }

    private bool IsCoded(int slot) => _coded?.Has(slot) ?? false;

    private int Length(int slot, int index) => IsCoded(slot) ? _coded!.Length(slot) : _buffers[index].Of(slot).Length;

    private static void CheckLength(int length, int expected, string name, string stateName)
    {
        if (length != expected)
            throw new ArgumentException($"{name} has {length} elements, {stateName} has {expected}; they must have the same length.", name);
    }

    private int Index(string stateName, string optimizer) =>
        Array.IndexOf(_names, stateName) is >= 0 and int index
            ? index
            : throw new ArgumentException($"stateName is \"{stateName}\"; {optimizer} has {Listed}.", nameof(stateName));
}
