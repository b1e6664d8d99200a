namespace TensorEngine.Checkpoints;

/// <summary>
/// The names that the objects being written have so far, from the part to the innermost one. Sets are used again, as a part may have
/// tens of thousands of small objects.
/// </summary>
internal sealed class OpenMembers
{
    private readonly List<HashSet<string>> _names = [];
    private readonly Stack<StateWriter> _writers = [];

    /// <summary>The writer of the innermost object, the only one that may write now.</summary>
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
    /// <returns>False if it has that name already.</returns>
    public bool TryAdd(string name) => _names[_writers.Count - 1].Add(name);
}
