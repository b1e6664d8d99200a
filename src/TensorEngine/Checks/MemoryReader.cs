namespace TensorEngine.Checks;

/// <summary>Restores what was recorded; changes are deferred until everything has been checked.</summary>
internal sealed class MemoryReader(SavedMembers saved, string prefix, HashSet<string> known, List<Action> changes) : StateArchive
{
    public override string Path => prefix.Length == 0 ? "saved state" : $"saved state {prefix.TrimEnd('.')}";

    public override bool Flag(string name, bool value) => Get<bool>(name);

    public override long Integer(string name, long value, long least = 0, long most = long.MaxValue)
    {
        long found = Get<long>(name);
        return found >= least && found <= most ? found : throw Mismatch($"{name} is {found}; it must be from {least} to {most}.");
    }

    public override double Number(string name, double value) => Get<double>(name);

    public override double? Optional(string name, double? value) => Find(name) is null ? null : Get<double>(name);

    internal override bool Has(string name, bool here) => saved.Values.Keys.Any(
        key => key.Equals(prefix + name, StringComparison.Ordinal) || key.StartsWith($"{prefix}{name}.", StringComparison.Ordinal));

    public override string Text(string name, string value) => Get<string>(name);

    public override ulong[] Words(string name, ReadOnlySpan<ulong> value) => [.. Get<ulong[]>(name)];

    public override double[] Numbers(string name, ReadOnlySpan<double> value) => [.. Get<double[]>(name)];

    public override string[] Names(string name, IEnumerable<string> value) => [.. Get<string[]>(name)];

    public override void Tensor(Parameter parameter, string state, Shape shape, Memory<float> memory) =>
        Tensor($"{parameter.Name}/{state}", memory);

    internal override void Tensor(Parameter parameter, string state, ICodedState codes) =>
        throw new NotSupportedException("Rules are checked with state that is not compressed.");

    public override void Tensor(string state, Shape shape, Memory<float> memory) => Tensor($"/{state}", memory);

    public override void Tensor(string state, Shape shape, Memory<double> memory) =>
        throw new NotSupportedException("Options and elementwise optimizers have no tensors of doubles.");

    public override void Within(string name, Action<StateArchive> describe) =>
        describe(new MemoryReader(saved, $"{prefix}{name}.", known, changes));

    public override int Each(string name, int count, Action<StateArchive, int> describe)
    {
        int found = (int)Get<long>(name);
        for (int i = 0; i < found; i++)
            describe(new MemoryReader(saved, $"{prefix}{name}[{i}].", known, changes), i);
        return found;
    }

    public override void Commit(Action change) => changes.Add(change);

    private void Tensor(string path, Memory<float> memory)
    {
        known.Add(path);
        float[] found = saved.Tensors.TryGetValue(path, out float[]? tensor) ? tensor : throw Mismatch($"there is no {path}.");
        if (found.Length != memory.Length)
            throw Mismatch($"{path} has {found.Length} elements, but {memory.Length} here.");
        changes.Add(() => found.CopyTo(memory));
    }

    private object? Find(string name)
    {
        known.Add(prefix + name);
        return saved.Values.TryGetValue(prefix + name, out object? value)
            ? value
            : throw Mismatch($"{name} is asked for when loading, but not when saving.");
    }

    private T Get<T>(string name) =>
        Find(name) is T value ? value : throw Mismatch($"{name} was saved as something else than what loading asks for.");
}
