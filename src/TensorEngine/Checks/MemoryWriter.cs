namespace TensorEngine.Checks;

/// <summary>Records what is described.</summary>
internal sealed class MemoryWriter(SavedMembers saved, string prefix) : StateArchive
{
    public override string Path => prefix.Length == 0 ? "saved state" : $"saved state {prefix.TrimEnd('.')}";

    public override bool Flag(string name, bool value) => Add(name, value);

    public override long Integer(string name, long value, long least = 0, long most = long.MaxValue) =>
        value >= least && value <= most
            ? Add(name, value)
            : throw new InvalidOperationException($"{name} is {value}; it must be from {least} to {most}.");

    public override double Number(string name, double value) => Add(name, value);

    public override double? Optional(string name, double? value) => Add(name, value);

    internal override bool Has(string name, bool here) => here;

    public override string Text(string name, string value) => Add(name, value);

    public override ulong[] Words(string name, ReadOnlySpan<ulong> value) => Add(name, value.ToArray());

    public override double[] Numbers(string name, ReadOnlySpan<double> value) => Add(name, value.ToArray());

    public override string[] Names(string name, IEnumerable<string> value) => Add(name, value.ToArray());

    public override void Tensor(Parameter parameter, string state, Shape shape, Memory<float> memory) =>
        saved.Tensors.Add($"{parameter.Name}/{state}", memory.ToArray());

    internal override void Tensor(Parameter parameter, string state, ICodedState codes) =>
        throw new NotSupportedException("Rules are checked with state that is not compressed.");

    public override void Tensor(string state, Shape shape, Memory<float> memory) => saved.Tensors.Add($"/{state}", memory.ToArray());

    public override void Tensor(string state, Shape shape, Memory<double> memory) =>
        throw new NotSupportedException("Options and elementwise optimizers have no tensors of doubles.");

    public override void Within(string name, Action<StateArchive> describe) => describe(new MemoryWriter(saved, $"{prefix}{name}."));

    public override int Each(string name, int count, Action<StateArchive, int> describe)
    {
        Add(name, (long)count);
        for (int i = 0; i < count; i++)
            describe(new MemoryWriter(saved, $"{prefix}{name}[{i}]."), i);
        return count;
    }

    public override void Commit(Action change)
    {
    }

    private T Add<T>(string name, T value)
    {
        if (!saved.Values.TryAdd(prefix + name, value))
            throw new InvalidOperationException($"{prefix}{name} is described twice; each name must be there once.");
        return value;
    }
}
