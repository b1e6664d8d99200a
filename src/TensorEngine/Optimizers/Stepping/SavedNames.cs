namespace TensorEngine.Optimizers.Stepping;

/// <summary>The names under which an optimizer's state is saved.</summary>
internal static class SavedNames
{
    /// <summary>The names with which a batch of parameters is saved; no carried number may use them.</summary>
    public static readonly string[] Taken = ["group", "step", "parameters"];

    /// <summary>Returns what is wrong with names that must differ (one is empty or appears twice), or null if nothing is.</summary>
    public static string? FirstFault(IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (string.IsNullOrEmpty(name))
                return "an empty name";
            if (!seen.Add(name))
                return $"\"{name}\" twice";
        }

        return null;
    }

    /// <summary>Throws unless every state and every carried number has a name of its own.</summary>
    public static void Check(string optimizer, IEnumerable<string> states, IEnumerable<string> carried)
    {
        if (FirstFault(states) is { } fault)
            throw new InvalidOperationException($"{optimizer} names {fault} for its states; each must have a name of its own.");
        if (FirstFault(Taken.Concat(carried)) is { } carriedFault)
        {
            throw new InvalidOperationException(
                $"{optimizer} names {carriedFault} for the numbers that it carries; each must have a name of its own, "
                + $"none of {string.Join(", ", Taken)}.");
        }
    }
}
