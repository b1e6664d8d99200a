namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// The parameters of an optimizer, each with a slot: the position of its state, its group and its step count. Sorts them into batches that
/// are stepped together.
/// </summary>
internal sealed class ParameterSlots
{
    private readonly Dictionary<Parameter, int> _slots = [];
    private readonly Parameter[] _parameters;
    private readonly int[] _stateOffsets;
    private readonly (int Start, int End)[] _pieces;
    private readonly int[] _groups;
    private readonly ParameterBatch[] _batchOf;
    private readonly ParameterStore[] _stores;
    private readonly int[] _revisions;
    private ParameterBatch[] _batches = [];
    private Segment[][] _trainable = [];
    private ILookup<int, int>? _slotsOfGroups;
    private bool _isArranged;

    public ParameterSlots(IEnumerable<Parameter> parameters, CarriedNumbers carried, ParameterCuts? cuts = null)
    {
        _parameters = InStoreOrder(parameters);
        Shard = cuts is null ? null : parameters as ParameterShard;
        Shard?.Cut(_parameters, cuts ?? default);
        _stores = [.. _parameters.Select(parameter => parameter.Store).Distinct()];
        _revisions = new int[_stores.Length];
        _stateOffsets = new int[_parameters.Length];
        _pieces = new (int, int)[_parameters.Length];
        _groups = new int[_parameters.Length];
        long length = 0;
        for (int slot = 0; slot < _parameters.Length; slot++)
        {
            _slots.Add(_parameters[slot], slot);
            Parameter parameter = _parameters[slot];
            _pieces[slot] = Shard?.Piece(parameter, Shard.Part) ?? (0, parameter.PaddedLength);
            _stateOffsets[slot] = (int)length;
            length += _pieces[slot].End - _pieces[slot].Start;
            if (length > AlignedBuffer.MaxLength)
            {
                throw new ArgumentException(
                    $"parameters have at least {length} elements; "
                    + $"one optimizer can step at most {AlignedBuffer.MaxLength}.", nameof(parameters));
            }
        }

        StateLength = (int)length;
        _batchOf = [.. Enumerable.Range(0, _parameters.Length).Select(slot => Single(slot, group: 0, step: 0, carried))];
        Arrange();
    }

    public IReadOnlyList<Parameter> Parameters => _parameters;

    public ReadOnlySpan<ParameterStore> Stores => _stores;

    /// <summary>The part of the parameters that is stepped; null for all.</summary>
    public ParameterShard? Shard { get; }

    /// <summary>The number of floats that one float of state for each element takes, including padding.</summary>
    public int StateLength { get; }

    /// <summary>The batches to step, after <see cref="Refresh"/>.</summary>
    public ReadOnlySpan<ParameterBatch> Batches => _batches;

    /// <summary>The trainable parameters of a store in all parts, with adjacent parameters joined, after <see cref="Refresh"/>.</summary>
    public ReadOnlySpan<Segment> Trainable(int store) => _trainable[store];

    /// <summary>Rearranges the batches if a group was added or <see cref="Parameter.Trainable"/> of a parameter has changed.</summary>
    public void Refresh()
    {
        if (!_isArranged)
        {
            Arrange();
            return;
        }

        for (int i = 0; i < _stores.Length; i++)
        {
            if (_revisions[i] != _stores[i].TrainableRevision)
            {
                Arrange();
                return;
            }
        }
    }

    /// <summary>
    /// The layout of the state in memory if that of some parameters is compressed; null if there is a float for each element.
    /// </summary>
    public StateFormats? Formats
    {
        get;
        set
        {
            field = value;
            _isArranged = false;
        }
    }

    /// <summary>Returns the offset of the state of a slot's piece.</summary>
    public int StateOffset(int slot) => _stateOffsets[slot];

    /// <summary>Returns the elements of a parameter that are stepped here, without padding: all of them unless there is a shard.</summary>
    public (int Start, int Length) PieceOf(int slot)
    {
        (int start, int end) = _pieces[slot];
        return ParameterShard.WithoutPadding(_parameters[slot], start, end);
    }

    public int Of(Parameter parameter) =>
        _slots.TryGetValue(Require.NotNull(parameter), out int slot)
            ? slot
            : throw new ArgumentException($"parameter is {parameter}, which this optimizer does not step.", nameof(parameter));

    /// <summary>Returns the slots of some parameters, of which there must be at least one.</summary>
    public int[] OfAll(IEnumerable<Parameter> parameters)
    {
        int[] slots = [.. parameters.Select(Of)];
        return slots.Length > 0
            ? slots
            : throw new ArgumentException("parameters is empty; a group must have at least one parameter.", nameof(parameters));
    }

    public int GroupOf(int slot) => _groups[slot];

    /// <summary>Returns the slots of a group.</summary>
    public int[] SlotsOf(int group)
    {
        // Sorted once for all groups, so that whoever walks thousands of them does not walk all parameters for each.
        _slotsOfGroups ??= Enumerable.Range(0, _groups.Length).ToLookup(slot => _groups[slot]);
        return [.. _slotsOfGroups[group]];
    }

    public IReadOnlyList<Parameter> ParametersOf(int group) => Array.ConvertAll(SlotsOf(group), slot => _parameters[slot]);

    /// <summary>Returns whether a batch's parameters are trainable.</summary>
    public bool IsTrainable(ParameterBatch batch) => _parameters[batch.Slots[0]].Trainable;

    /// <summary>Returns the batch with a slot's step count.</summary>
    public ParameterBatch BatchOf(int slot) => _batchOf[slot];

    /// <summary>Puts parameters into a group.</summary>
    public void AssignGroup(int[] slots, int group)
    {
        foreach (int slot in slots)
            _groups[slot] = group;

        // Not now, so that thousands of groups cost no more than one.
        _isArranged = false;
        _slotsOfGroups = null;
    }

    /// <summary>Describes the group, step count and carried numbers of each parameter.</summary>
    public void Describe(StateArchive archive, int groupCount, IReadOnlyList<CarriedNumber> carriedNumbers)
    {
        Refresh();
        var found = new ParameterBatch?[_parameters.Length];
        var byName = new Dictionary<string, int>(_parameters.Length, StringComparer.Ordinal);
        for (int slot = 0; slot < _parameters.Length; slot++)
            byName.Add(_parameters[slot].Name, slot);
        archive.Each("batches", _batches.Length, (one, index) =>
        {
            ParameterBatch? own = index < _batches.Length ? _batches[index] : null;
            int group = (int)one.Integer("group", own?.Group ?? 0, 0, groupCount - 1);
            long step = one.Count("step", own?.Step ?? 0);
            CarriedNumbers carried = default;
            for (int i = 0; i < carriedNumbers.Count; i++)
                carried[i] = one.Number(carriedNumbers[i].Name, own?.Carried[i] ?? 0);
            int[] slots = own?.Slots.ToArray() ?? [];
            foreach (string name in one.Names("parameters", slots.Select(slot => _parameters[slot].Name)))
            {
                if (!byName.TryGetValue(name, out int slot))
                    throw one.Mismatch($"\"{name}\" is among the parameters in the file, but the optimizer here does not step it.");
                if (found[slot] is not null)
                    throw one.Mismatch($"\"{name}\" appears twice among the parameters.");
                found[slot] = Single(slot, group, step, carried);
            }
        });
        if (Array.IndexOf(found, null) is >= 0 and int missing)
        {
            throw archive.Mismatch(
                $"\"{_parameters[missing].Name}\" is not among the parameters in the file, but the optimizer here steps it.");
        }

        archive.Commit(() =>
        {
            found.CopyTo(_batchOf, 0);
            for (int slot = 0; slot < found.Length; slot++)
                _groups[slot] = found[slot]!.Group;
            _slotsOfGroups = null;
            Arrange();
        });
    }

    private static Parameter[] InStoreOrder(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var seen = new HashSet<Parameter>();
        var stores = new Dictionary<ParameterStore, int>();
        foreach (Parameter parameter in parameters)
        {
            if (parameter is null)
                throw new ArgumentException("parameters has a null entry.", nameof(parameters));
            if (!seen.Add(parameter))
                throw new ArgumentException($"parameters has {parameter} twice; each may appear only once.", nameof(parameters));
            if (parameter.Owner is { } owner)
            {
                throw new ArgumentException(
                    $"parameters has {parameter}, which another optimizer ({owner.GetType().Name}) steps; a parameter can have only "
                    + "one optimizer. Detach the other one first.",
                    nameof(parameters));
            }

            stores.TryAdd(parameter.Store, stores.Count);
        }

        if (seen.Count == 0)
            throw new ArgumentException("parameters is empty; an optimizer must have at least one parameter.", nameof(parameters));
        return [.. seen.OrderBy(parameter => stores[parameter.Store]).ThenBy(parameter => parameter.Offset)];
    }

    private ParameterBatch Single(int slot, int group, long step, CarriedNumbers carried) =>
        new(_parameters[slot].Store, group, 0, step, carried, [slot], [], [], [], []);

    private void Arrange()
    {
        int[] slots = [.. Enumerable.Range(0, _parameters.Length)];
        _batches =
        [
            .. slots.GroupBy(slot => (
                    _parameters[slot].Store,
                    _parameters[slot].Trainable,
                    Group: _groups[slot],
                    Format: Formats?.Of(slot) ?? 0,
                    _batchOf[slot].Step,
                    _batchOf[slot].Carried))
                .Select(same => new ParameterBatch(
                    same.Key.Store,
                    same.Key.Group,
                    same.Key.Format,
                    same.Key.Step,
                    same.Key.Carried,
                    [.. same],
                    same.Key.Trainable ? [.. same.Where(IsHere)] : [],
                    same.Key.Trainable ? [.. same.Where(IsPadded).Select(PaddingOf)] : [],
                    same.Key.Trainable ? SegmentJoin.Of(same.Where(IsHere).Select(PieceSegment), joins: same.Key.Format == 0) : [],
                    same.Key.Trainable ? [.. same.Where(IsHere).Select(WithoutPadding)] : [])),
        ];
        foreach (ParameterBatch batch in _batches)
        {
            foreach (int slot in batch.Slots)
                _batchOf[slot] = batch;
        }

        ILookup<ParameterStore, int> trainable = slots.Where(slot => _parameters[slot].Trainable).ToLookup(slot => _parameters[slot].Store);
        _trainable = [.. _stores.Select(store => SegmentJoin.Of(trainable[store].Select(WholeSegment), joins: true))];
        for (int i = 0; i < _stores.Length; i++)
            _revisions[i] = _stores[i].TrainableRevision;
        _isArranged = true;
    }

    private Segment WithoutPadding(int slot) => new(_parameters[slot].Offset, OffsetInFormat(slot), _parameters[slot].Length);

    private bool IsHere(int slot) => _pieces[slot].End > _pieces[slot].Start;

    private bool IsPadded(int slot) => IsHere(slot) && _pieces[slot].End > _parameters[slot].Length;

    private Segment PaddingOf(int slot)
    {
        (int start, int end) = _pieces[slot];
        int first = Math.Max(start, _parameters[slot].Length);
        return new Segment(_parameters[slot].Offset + first, OffsetInFormat(slot) + first - start, end - first);
    }

    private Segment PieceSegment(int slot)
    {
        (int start, int end) = _pieces[slot];
        return new Segment(_parameters[slot].Offset + start, OffsetInFormat(slot), end - start);
    }

    // Nobody asks where its state is.
    private Segment WholeSegment(int slot) =>
        new(_parameters[slot].Offset, _parameters[slot].Offset, _parameters[slot].PaddedLength);

    private int OffsetInFormat(int slot) => Formats?.Offset(slot) ?? _stateOffsets[slot];
}
