namespace TensorEngine.Checkpoints;

/// <summary>Options for <c>LoadValues</c> of a <see cref="Checkpoint"/>.</summary>
public sealed record ValueLoadOptions
{
    /// <summary>
    /// Whether the file must have exactly the store's parameters; true by default. If false, matching values are loaded, and the report
    /// lists the others.
    /// </summary>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// A map from prefixes of names in the file to prefixes in the store, such as <c>{ ["module."] = "", ["encoder."] = "backbone." }</c>.
    /// The longest matching prefix of a name is replaced; a name without a matching prefix stays the same.
    /// </summary>
    public IReadOnlyDictionary<string, string> Prefixes { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Returns the name in the store for a name in the file.</summary>
    internal string Rename(string name)
    {
        string? longest = null;
        foreach (string prefix in Prefixes.Keys)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !(longest?.Length > prefix.Length))
                longest = prefix;
        }

        return longest is null ? name : Prefixes[longest] + name[longest.Length..];
    }
}
