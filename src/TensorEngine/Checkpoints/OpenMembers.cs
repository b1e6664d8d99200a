namespace TensorEngine.Checkpoints;

/// <summary>
/// The names in the objects that are being written, from the part to the innermost object. Sets are reused, because a part may have tens of
/// thousands of small objects.
/// </summary>
internal sealed class OpenMembers
{
    private readonly List<HashSet<string>> _names = [];
    private readonly Stack<StateWriter> _writers = [];

    /// <summary>The writer of the innermost object, the only one that may currently write.</summary>
    public StateWriter? Innermost => _writers.TryPeek(out StateWriter? writer) ? writer : null;

    public void Open(StateWriter writer)
    {
        _writers.Push(writer);
        if (_names.Count < _writers.Count)
            _names.Add(new(StringComparer.Ordinal));
        else
            _names[_writers.Count - 1].Clear();
    }

    public void Close() => _writers.Pop();

    /// <summary>Adds a name to the innermost object.</summary>
    /// <returns>False if the object already has that name.</returns>
    public bool TryAdd(string name) => _names[_writers.Count - 1].Add(name);
}
