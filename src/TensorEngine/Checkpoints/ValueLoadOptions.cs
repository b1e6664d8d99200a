namespace TensorEngine.Checkpoints;

/// <summary>How <c>LoadValues</c> of a <see cref="Checkpoint"/> finds the values of parameters.</summary>
public sealed record ValueLoadOptions
{
    /// <summary>
    /// Whether the file must have exactly the store's parameters; true by default. Otherwise what fits is loaded, and the report
    /// says what did not.
    /// </summary>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// What the beginnings of the file's names are in the store, as in <c>{ ["module."] = "", ["encoder."] = "backbone." }</c>. The
    /// longest beginning that fits a name is replaced; a name that none fits stays as it is.
    /// </summary>
    public IReadOnlyDictionary<string, string> Prefixes { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What a name in the file is in the store.</summary>
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
