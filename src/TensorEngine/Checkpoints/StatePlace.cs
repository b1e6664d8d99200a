namespace TensorEngine.Checkpoints;

/// <summary>A location in a part's description: the part itself, or a member or list item within it.</summary>
internal sealed class StatePlace
{
    private readonly StatePlace? _outer;
    private readonly string _name;
    private readonly int _index;
    private string? _tensorPrefix;

    /// <summary>Creates the location of a whole part.</summary>
    public StatePlace(string part) => _name = part;

    private StatePlace(StatePlace outer, string name, int index) => (_outer, _name, _index) = (outer, name, index);

    /// <summary>The location for messages, such as <c>"optimizer".groups[1]</c>.</summary>
    public string Path => _outer is null ? $"\"{_name}\"" : _index < 0 ? $"{_outer.Path}.{_name}" : $"{_outer.Path}.{_name}[{_index}]";

    private string TensorPrefix => _tensorPrefix ??=
        _outer is null ? _name : _index < 0 ? $"{_outer.TensorPrefix}/{_name}" : $"{_outer.TensorPrefix}/{_name}/{_index}";

    public StatePlace Member(string name) => new(this, name, -1);

    public StatePlace Item(string list, int index) => new(this, list, index);

    public StateTensor Tensor(Parameter parameter, string state, Shape shape, Memory<float> memory) =>
        StateTensor.Of(NameOf(parameter, state), shape, memory);

    public StateTensor TensorPart(Parameter parameter, string state, Shape shape, Memory<float> memory, int start) =>
        StateTensor.PartOf(NameOf(parameter, state), shape, memory, start);

    public StateTensor Tensor(Parameter parameter, string state, ICodedState codes) =>
        StateTensor.Of($"{TensorPrefix}/{Require.NotNull(parameter).Name}/{Require.NotNull(state)}", codes);

    public StateTensor Tensor(string state, Shape shape, Memory<float> memory) =>
        StateTensor.Of($"{TensorPrefix}/{Require.NotNull(state)}", shape, memory);

    public StateTensor Tensor(string state, Shape shape, Memory<double> memory) =>
        StateTensor.Of($"{TensorPrefix}/{Require.NotNull(state)}", shape, memory);

    private string NameOf(Parameter parameter, string state) =>
        $"{TensorPrefix}/{Require.NotNull(parameter).Name}/{Require.NotNull(state)}";
}
