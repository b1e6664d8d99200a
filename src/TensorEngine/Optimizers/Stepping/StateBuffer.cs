namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// One kind of state of all parameters of an optimizer, in one buffer; each parameter's part is padded and its padding is 0.
/// </summary>
internal sealed class StateBuffer
{
    private readonly int[] _offsets;
    private readonly Shape?[] _shapes;
    private readonly (int Start, int Length)[] _pieces;
    private readonly AlignedBuffer _memory;
    private AlignedBuffer? _whole;
    private int[] _wholeOffsets = [];

    /// <summary>Creates a buffer with a float for each element, in the layout of the slots.</summary>
    public StateBuffer(string name, ParameterSlots slots, int place)
    {
        Name = name;
        _memory = new AlignedBuffer(slots.StateLength, place);
        _offsets = [.. slots.Parameters.Select((_, slot) => slots.StateOffset(slot))];
        _shapes = [.. slots.Parameters.Select(parameter => (Shape?)parameter.Shape)];
        _pieces = [.. slots.Parameters.Select((_, slot) => slots.PieceOf(slot))];
    }

    /// <summary>Creates a buffer whose state has the shape that <paramref name="shape"/> returns, null for none.</summary>
    /// <exception cref="ArgumentException">The state of all parameters is longer than a buffer can be.</exception>
    public StateBuffer(string name, ParameterSlots slots, int place, Func<Parameter, Shape?> shape)
    {
        Name = name;
        _shapes = [.. slots.Parameters.Select(shape)];
        _offsets = new int[_shapes.Length];
        _pieces = new (int, int)[_shapes.Length];
        long end = 0;
        for (int slot = 0; slot < _shapes.Length; slot++)
        {
            // A shard has the whole parameter, or nothing of it.
            _pieces[slot] = (0, slots.PieceOf(slot).Length > 0 ? WholeLength(slot) : 0);
            _offsets[slot] = (int)end;
            end += AlignedBuffer.Padded(Length(slot));
            if (end > AlignedBuffer.MaxLength)
            {
                throw new ArgumentException(
                    $"parameters need more floats of state {name} than the {AlignedBuffer.MaxLength} that one optimizer can keep.",
                    nameof(slots));
            }
        }

        _memory = new AlignedBuffer((int)end, place);
    }

    public static StateBuffer Make(StateLayout layout, ParameterSlots slots, int place) =>
        layout.Shape is null ? new(layout.Name, slots, place) : new(layout.Name, slots, place, layout.Shape);

    public string Name { get; }

    /// <summary>The state of all parameters, including padding.</summary>
    public Span<float> All => _memory.Span;

    /// <summary>Returns the state of a parameter, or with a shard that of its piece; empty if it has none of this kind.</summary>
    public Span<float> Of(int slot) => _memory.Span.Slice(_offsets[slot], Length(slot));

    /// <summary>Returns the state of a whole parameter, after <see cref="HoldWhole"/> was called.</summary>
    public Span<float> Whole(int slot) => WholeMemory(slot).Span;

    /// <summary>Allocates memory for all parts of a shard.</summary>
    public void HoldWhole()
    {
        _wholeOffsets = new int[_shapes.Length];
        int end = 0;
        for (int slot = 0; slot < _shapes.Length; slot++)
        {
            _wholeOffsets[slot] = end;
            end += WholeLength(slot);
        }

        _whole = new AlignedBuffer(end);
        for (int slot = 0; slot < _shapes.Length; slot++)
            Of(slot).CopyTo(Whole(slot)[_pieces[slot].Start..]);
    }

    /// <summary>Releases it.</summary>
    public void ReleaseWhole() => _whole = null;

    /// <summary>Describes the state of a parameter, if it has any of this kind.</summary>
    public void Describe(StateArchive archive, int slot, Parameter parameter)
    {
        if (_shapes[slot] is not { } shape)
            return;
        if (_whole is not null)
            archive.Tensor(parameter, Name, shape, WholeMemory(slot));
        else
            archive.TensorPart(parameter, Name, shape, _memory.Memory.Slice(_offsets[slot], Length(slot)), _pieces[slot].Start);
    }

    private Memory<float> WholeMemory(int slot) => _whole!.Memory.Slice(_wholeOffsets[slot], WholeLength(slot));

    private int WholeLength(int slot) => (int)(_shapes[slot]?.ElementCount ?? 0);

    private int Length(int slot) => _pieces[slot].Length;
}
