namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// One kind of state of all parameters of an optimizer, in one buffer; each parameter's part is padded and its padding is 0.
/// </summary>
internal sealed class StateBuffer
{
    private readonly int[] _offsets;
    private readonly Shape?[] _shapes;
    private readonly AlignedBuffer _memory;

    /// <summary>A float for each element, laid out as the slots say.</summary>
    public StateBuffer(string name, ParameterSlots slots, int place)
    {
        Name = name;
        _memory = new AlignedBuffer(slots.StateLength, place);
        _offsets = [.. slots.Parameters.Select((_, slot) => slots.StateOffset(slot))];
        _shapes = [.. slots.Parameters.Select(parameter => (Shape?)parameter.Shape)];
    }

    /// <summary>
    /// Of the shape that <paramref name="shape"/> says, null for none; never more floats than the parameter has elements.
    /// </summary>
    public StateBuffer(string name, ParameterSlots slots, int place, Func<Parameter, Shape?> shape)
    {
        Name = name;
        _shapes = [.. slots.Parameters.Select(shape)];
        _offsets = new int[_shapes.Length];
        int end = 0;
        for (int slot = 0; slot < _shapes.Length; slot++)
        {
            _offsets[slot] = end;
            end += (int)AlignedBuffer.Padded(Length(slot));
        }

        _memory = new AlignedBuffer(end, place);
    }

    public static StateBuffer Make(StateLayout layout, ParameterSlots slots, int place) =>
        layout.Shape is null ? new(layout.Name, slots, place) : new(layout.Name, slots, place, layout.Shape);

    public string Name { get; }

    /// <summary>The state of all parameters, with their padding.</summary>
    public Span<float> All => _memory.Span;

    /// <summary>The state of a parameter; empty if it has none of this kind.</summary>
    public Span<float> Of(int slot) => _memory.Span.Slice(_offsets[slot], Length(slot));

    /// <summary>Describes the state of a parameter, if it has any of this kind.</summary>
    public void Describe(StateArchive archive, int slot, Parameter parameter)
    {
        if (_shapes[slot] is { } shape)
            archive.Tensor(parameter, Name, shape, _memory.Memory.Slice(_offsets[slot], Length(slot)));
    }

    private int Length(int slot) => (int)(_shapes[slot]?.ElementCount ?? 0);
}
