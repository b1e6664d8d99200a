using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>Checks whether options survive saving and loading.</summary>
internal static class OptionChecks
{
    /// <summary>Finds members that are not saved, and members that come back with another value.</summary>
    /// <param name="options">The options.</param>
    /// <param name="other">Options that differ in every member, or null to create them.</param>
    /// <param name="note">Receives what could not be checked.</param>
    public static IEnumerable<Finding> Run<TOptions>(TOptions options, TOptions? other, Action<string> note)
        where TOptions : OptimizerOptions
    {
        SavedMembers saved = SavedMembers.Of(options);
        if (other is null)
        {
            foreach (Finding finding in Forgotten(options, saved, note))
                yield return finding;
            other = OptionVariation.All(options, saved);
        }
        else
        {
            foreach ((string name, string value) in RecordText.Members(options).Intersect(RecordText.Members(other)))
                note($"Whether {name} is saved was not checked: it is {value} in both options.");
        }

        foreach (Finding finding in RoundTrip(options, other).Concat(RoundTrip(other, options)))
            yield return finding;
    }

    private static IEnumerable<Finding> Forgotten<TOptions>(TOptions options, SavedMembers saved, Action<string> note)
        where TOptions : OptimizerOptions
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        foreach (string member in saved.Values.Keys)
        {
            TOptions[] varied = [.. OptionVariation.Of(options, saved, member)];
            string[] changed = [.. varied.SelectMany(one => RecordText.Differences(options, one)).Select(one => one.Name)];
            if (varied.Length == 0)
            {
                note($"Whether {member} is saved was not checked: it cannot be changed by trial, or is settled on construction.");
                reached.Add(member);
            }
            else if (changed.Length == 0)
            {
                yield return new($"Describe, {member}", "options with what the archive returns", "options as they were");
                reached.Add(member);
            }

            reached.UnionWith(changed);
        }

        foreach ((string name, string value) in RecordText.Members(options))
        {
            if (!reached.Contains(name))
                yield return new($"Describe, {name}", $"{name} (here {value}) among what is described", "nothing that it follows from");
        }
    }

    private static IEnumerable<Finding> RoundTrip<TOptions>(TOptions options, TOptions into)
        where TOptions : OptimizerOptions
    {
        TOptions loaded = SavedMembers.Of(options).Load(into);
        bool differ = false;
        foreach ((string name, string expected, string found) in RecordText.Differences(options, loaded))
        {
            differ = true;
            yield return new($"{name}, saved and loaded", expected, found);
        }

        if (!differ && !options.Equals(loaded) && RecordText.Members(options).Count == 0)
            yield return new("options, saved and loaded", $"{options}", $"{loaded}");
    }
}
