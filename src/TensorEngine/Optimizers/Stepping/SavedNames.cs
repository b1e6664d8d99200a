namespace TensorEngine.Optimizers.Stepping;

/// <summary>The names under which an optimizer's state is saved.</summary>
internal static class SavedNames
{
    /// <summary>What a batch of parameters is saved with, so that no carried number can have these names.</summary>
    public static readonly string[] Taken = ["group", "step", "parameters"];

    /// <summary>What is wrong with names that must differ: that one is empty, or there twice; null if nothing is.</summary>
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
            throw new InvalidOperationException($"{optimizer} names {fault} for its states; each needs a name of its own.");
        if (FirstFault(Taken.Concat(carried)) is { } carriedFault)
        {
            throw new InvalidOperationException(
                $"{optimizer} names {carriedFault} for the numbers that it carries; each needs a name of its own, "
                + $"none of {string.Join(", ", Taken)}.");
        }
    }
}
