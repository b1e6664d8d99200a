namespace Engine.Optimizers;

/// <summary>
/// Steps the parameters of one or more stores. Everything is allocated on construction; a step allocates nothing. A parameter
/// belongs to one optimizer at most.
/// </summary>
public abstract class Optimizer
{
    private readonly Dictionary<Parameter, int> _slots = [];
    private readonly AlignedBuffer[] _state;
    private readonly string[] _stateNames;
    private readonly Parameter[] _parameters;
    private readonly int[] _stateOffsets;
    private readonly ParameterStore[] _stores;
    private readonly int[] _revisions;
    private Batch[] _batches = [];
    private bool _detached;

    private protected Optimizer(IEnumerable<Parameter> parameters, OptimizerOptions options, params ReadOnlySpan<string> stateNames)
    {
        options.CheckTogether();
        _parameters = InStoreOrder(parameters);
        _stores = [.. _parameters.Select(parameter => parameter.Store).Distinct()];
        _revisions = [.. _stores.Select(store => store.TrainableRevision)];
        _stateNames = stateNames.ToArray();
        _stateOffsets = new int[_parameters.Length];
        long length = 0;
        for (int slot = 0; slot < _parameters.Length; slot++)
        {
            _slots.Add(_parameters[slot], slot);
            _stateOffsets[slot] = (int)length;
            length += _parameters[slot].PaddedLength;
            if (length > AlignedBuffer.MaxLength)
            {
                throw new ArgumentException(
                    $"parameters have {length} elements or more; one optimizer steps at most {AlignedBuffer.MaxLength}.", nameof(parameters));
            }
        }

        _state = [.. _stateNames.Select(_ => new AlignedBuffer((int)length))];
        foreach (Parameter parameter in _parameters)
            parameter.Owner = this;
        foreach (ParameterStore store in _stores)
            store.Freeze();
        Arrange(new long[_parameters.Length]);
    }

    /// <summary>The parameters, in the order of their stores.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The names of the state that is kept for each element, as in PyTorch's state_dict.</summary>
    public IReadOnlyList<string> StateNames => _stateNames;

    /// <summary>
    /// Updates every trainable parameter from its gradient, which is not written. A gradient of 0 is a gradient: moments decay.
    /// </summary>
    /// <exception cref="InvalidOperationException">Two options contradict each other, or the optimizer is detached.</exception>
    public void Step()
    {
        if (_detached)
            throw new InvalidOperationException("The optimizer is detached from its parameters and cannot step.");
        CheckOptions();
        for (int i = 0; i < _stores.Length; i++)
        {
            if (_revisions[i] != _stores[i].TrainableRevision)
            {
                Rearrange();
                break;
            }
        }

        foreach (Batch batch in _batches)
        {
            if (batch.Segments.Length == 0)
                continue;
            batch.Step++;
            var buffers = new UpdateBuffers
            {
                Values = ref batch.Store.ValueBuffer.Start,
                Gradients = ref batch.Store.GradientBuffer.Start,
            };
            if (_state.Length > 0)
                buffers.State0 = ref _state[0].Start;
            if (_state.Length > 1)
                buffers.State1 = ref _state[1].Start;
            if (_state.Length > 2)
                buffers.State2 = ref _state[2].Start;
            if (!Update(batch.Step, buffers, batch.Segments))
                ClearPadding(batch);
        }
    }

    /// <summary>How many steps <paramref name="parameter"/> has taken.</summary>
    /// <exception cref="ArgumentException">The optimizer does not step <paramref name="parameter"/>.</exception>
    public long StepCount(Parameter parameter) => StepCounts()[Slot(parameter)];

    /// <summary>The state called <paramref name="stateName"/> of <paramref name="parameter"/>, one float per element.</summary>
    /// <exception cref="ArgumentException">
    /// The optimizer does not step <paramref name="parameter"/>, or has no state of that name.
    /// </exception>
    public Span<float> State(Parameter parameter, string stateName)
    {
        int slot = Slot(parameter);
        int index = Array.IndexOf(_stateNames, stateName);
        if (index < 0)
        {
            throw new ArgumentException(
                $"stateName is \"{stateName}\"; {GetType().Name} has {(_stateNames.Length == 0 ? "no state" : string.Join(", ", _stateNames))}.",
                nameof(stateName));
        }

        return _state[index].Span.Slice(_stateOffsets[slot], parameter.Length);
    }

    /// <summary>Gives the parameters free for another optimizer. This one cannot step any more.</summary>
    public void Detach()
    {
        if (_detached)
            return;
        _detached = true;
        foreach (Parameter parameter in _parameters)
            parameter.Owner = null;
    }

    /// <summary>Throws if the options contradict each other or the state.</summary>
    private protected abstract void CheckOptions();

    /// <summary>Runs the rule of step number <paramref name="step"/> over the segments.</summary>
    /// <returns>What <see cref="UpdateLoop"/> returned.</returns>
    private protected abstract bool Update(long step, in UpdateBuffers buffers, ReadOnlySpan<Segment> segments);

    /// <summary>Gives every element, but not the padding, a state of <paramref name="value"/>.</summary>
    private protected void FillState(int index, float value)
    {
        for (int slot = 0; slot < _parameters.Length; slot++)
            _state[index].Span.Slice(_stateOffsets[slot], _parameters[slot].Length).Fill(value);
    }

    private static Parameter[] InStoreOrder(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var seen = new HashSet<Parameter>();
        var stores = new List<ParameterStore>();
        foreach (Parameter parameter in parameters)
        {
            if (parameter is null)
                throw new ArgumentException("parameters has a null entry.", nameof(parameters));
            if (!seen.Add(parameter))
                throw new ArgumentException($"parameters has {parameter} twice; each may be there once.", nameof(parameters));
            if (parameter.Owner is { } owner)
            {
                throw new ArgumentException(
                    $"parameters has {parameter}, which another optimizer ({owner.GetType().Name}) steps; a parameter has one optimizer at most. Detach the other one first.",
                    nameof(parameters));
            }

            if (!stores.Contains(parameter.Store))
                stores.Add(parameter.Store);
        }

        if (seen.Count == 0)
            throw new ArgumentException("parameters is empty; an optimizer needs at least one parameter.", nameof(parameters));
        return [.. seen.OrderBy(parameter => stores.IndexOf(parameter.Store)).ThenBy(parameter => parameter.Offset)];
    }

    private int Slot(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return _slots.TryGetValue(parameter, out int slot)
            ? slot
            : throw new ArgumentException($"parameter is {parameter}, which this {GetType().Name} does not step.", nameof(parameter));
    }

    private long[] StepCounts()
    {
        long[] counts = new long[_parameters.Length];
        foreach (Batch batch in _batches)
        {
            foreach (int slot in batch.Slots)
                counts[slot] = batch.Step;
        }

        return counts;
    }

    private void Rearrange()
    {
        Arrange(StepCounts());
        for (int i = 0; i < _stores.Length; i++)
            _revisions[i] = _stores[i].TrainableRevision;
    }

    /// <summary>Sorts the parameters into batches that can be stepped together, neighbours joined into one segment.</summary>
    private void Arrange(long[] stepCounts)
    {
        var batches = new List<Batch>();
        foreach (IGrouping<(ParameterStore Store, bool Trainable, long Step), int> group in Enumerable.Range(0, _parameters.Length)
            .GroupBy(slot => (_parameters[slot].Store, _parameters[slot].Trainable, stepCounts[slot])))
        {
            var segments = new List<Segment>();
            foreach (int slot in group.Where(_ => group.Key.Trainable))
            {
                Parameter parameter = _parameters[slot];
                var segment = new Segment(parameter.Offset, _stateOffsets[slot], parameter.PaddedLength);
                if (segments.Count > 0
                    && segments[^1].Offset + segments[^1].Length == segment.Offset
                    && segments[^1].StateOffset + segments[^1].Length == segment.StateOffset)
                {
                    segment = segments[^1] with { Length = segments[^1].Length + segment.Length };
                    segments.RemoveAt(segments.Count - 1);
                }

                segments.Add(segment);
            }

            batches.Add(new Batch(group.Key.Store, group.Key.Step, [.. group], [.. segments]));
        }

        _batches = [.. batches];
    }

    private void ClearPadding(Batch batch)
    {
        foreach (int slot in batch.Slots)
        {
            Parameter parameter = _parameters[slot];
            int padding = parameter.PaddedLength - parameter.Length;
            batch.Store.Values.Slice(parameter.Offset + parameter.Length, padding).Clear();
            foreach (AlignedBuffer state in _state)
                state.Span.Slice(_stateOffsets[slot] + parameter.Length, padding).Clear();
        }
    }

    /// <summary>Parameters of one store with the same step count.</summary>
    private sealed class Batch(ParameterStore store, long step, int[] slots, Segment[] segments)
    {
        public ParameterStore Store => store;

        public int[] Slots => slots;

        public Segment[] Segments => segments;

        public long Step { get; set; } = step;
    }
}
