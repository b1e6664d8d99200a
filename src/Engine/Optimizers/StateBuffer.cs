namespace Engine.Optimizers;

/// <summary>One kind of state of all parameters of an optimizer, in one buffer; each parameter's part is padded and its padding is 0.</summary>
internal sealed class StateBuffer
{
    private readonly int[] _offsets;
    private readonly int[] _lengths;
    private readonly AlignedBuffer _memory;

    /// <summary>A float for each element, laid out as the slots say.</summary>
    public StateBuffer(string name, ParameterSlots slots, int place)
    {
        Name = name;
        _memory = new AlignedBuffer(slots.StateLength, place);
        _offsets = [.. slots.Parameters.Select((_, slot) => slots.StateOffset(slot))];
        _lengths = [.. slots.Parameters.Select(parameter => parameter.Length)];
    }

    /// <summary>As many floats for a parameter as <paramref name="length"/> says, 0 for none; never more than it has elements.</summary>
    public StateBuffer(string name, ParameterSlots slots, int place, Func<Parameter, int> length)
    {
        Name = name;
        _lengths = [.. slots.Parameters.Select(length)];
        _offsets = new int[_lengths.Length];
        int end = 0;
        for (int slot = 0; slot < _lengths.Length; slot++)
        {
            _offsets[slot] = end;
            end += (int)AlignedBuffer.Padded(_lengths[slot]);
        }

        _memory = new AlignedBuffer(end, place);
    }

    public string Name { get; }

    public ref float Start => ref _memory.Start;

    /// <summary>The state of a parameter; empty if it has none of this kind.</summary>
    public Span<float> Of(int slot) => _memory.Span.Slice(_offsets[slot], _lengths[slot]);

    public void ClearPadding(int slot)
    {
        int padded = (int)AlignedBuffer.Padded(_lengths[slot]);
        _memory.Span.Slice(_offsets[slot] + _lengths[slot], padded - _lengths[slot]).Clear();
    }
}

/// <summary>A kind of state before there is memory for it: its name, and how much of it a parameter has if not a float per element.</summary>
internal sealed record StateKind(string Name, Func<Parameter, int>? Length = null)
{
    public StateBuffer Make(ParameterSlots slots, int place) =>
        Length is null ? new(Name, slots, place) : new(Name, slots, place, Length);
}
