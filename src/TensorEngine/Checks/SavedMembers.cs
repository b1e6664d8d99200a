using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>A save in memory: members by path, and copies of tensors.</summary>
internal sealed class SavedMembers
{
    /// <summary>Gets the members by path: bool, long, double, null, string or an array of these.</summary>
    public Dictionary<string, object?> Values { get; private init; } = new(StringComparer.Ordinal);

    public Dictionary<string, float[]> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>Saves.</summary>
    public static SavedMembers Of(Action<StateArchive> describe)
    {
        var saved = new SavedMembers();
        describe(new MemoryWriter(saved, ""));
        return saved;
    }

    /// <summary>Saves options.</summary>
    public static SavedMembers Of(OptimizerOptions options) => Of(archive => options.DescribeAll(archive));

    /// <summary>Creates a copy with another value.</summary>
    public SavedMembers With(string path, object? value) =>
        new() { Values = new(Values, StringComparer.Ordinal) { [path] = value } };

    /// <summary>Loads as from a file: checks everything before it changes anything.</summary>
    /// <exception cref="InvalidDataException">What was saved does not match what is loaded.</exception>
    public void Load(Action<StateArchive> describe)
    {
        var changes = new List<Action>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        describe(new MemoryReader(this, "", known, changes));
        foreach (string path in Values.Keys.Concat(Tensors.Keys))
        {
            if (!known.Contains(path))
                throw new InvalidDataException($"{path} was saved, but loading does not ask for it.");
        }

        foreach (Action change in changes)
            change();
    }

    /// <summary>Loads options.</summary>
    public TOptions Load<TOptions>(TOptions into)
        where TOptions : OptimizerOptions
    {
        OptimizerOptions? loaded = null;
        Load(archive => loaded = into.DescribeAll(archive));
        return (TOptions)loaded!;
    }
}
