using NUnit.Framework.Interfaces;

namespace TensorEngine.Mutants;

/// <summary>From a source to its tests: first those that have its name, then those of its room.</summary>
internal static class TestChoice
{
    /// <summary>Rooms of the core whose tests are elsewhere, too.</summary>
    private static readonly Dictionary<string, string[]> s_rooms = new(StringComparer.Ordinal)
    {
        [""] = ["ParameterStoreTests", "ParameterTests", "ShapeTests", "Workers", "WorkPartsTests", "HyperParameterTests", "SharingTrialTests", "CallRhythmTests", "Checkpoints"],
        ["Lanes"] = ["Lanes", "Numerics"],
        ["Optimizers"] = ["Optimizers", "Catalog", "Digests", "Rules", "Checkpoints"],
        ["Compression"] = ["Compression"],
        ["Schedules"] = ["Schedules", "Digests"],
        ["Generators"] = ["Generators", "Digests"],
        ["Initializers"] = ["Initializers", "Digests"],
        ["Numerics"] = ["Numerics", "Digests"],
        ["Checks"] = ["Rules", "Checks", "Generators"],
        ["Files"] = ["Files", "Checkpoints"],
    };

    public static IEnumerable<Func<ITest, bool>> For(string file)
    {
        string[] parts = file.Split('/');
        string name = Path.GetFileNameWithoutExtension(parts[^1]).Split('.')[0];
        yield return test => HasWord(test.FullName, name);
        if (parts[0] is not "TensorEngine")
        {
            yield return test => !HasWord(test.FullName, name);
            yield break;
        }

        string room = parts.Length == 2 ? "" : parts[1];
        string[] prefixes = [.. (s_rooms.TryGetValue(room, out string[]? own) ? own : [room]).Select(one => "TensorEngine.Tests." + one)];
        yield return test => prefixes.Any(prefix => test.FullName.StartsWith(prefix, StringComparison.Ordinal)) && !HasWord(test.FullName, name);
    }

    // The word, or one that begins with it: AdamTests, Adam(16).
    private static bool HasWord(string text, string word)
    {
        for (int at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            char after = at + word.Length < text.Length ? text[at + word.Length] : '.';
            if ((at == 0 || !char.IsAsciiLetter(text[at - 1])) && (!char.IsAsciiLetterLower(after)))
                return true;
        }

        return false;
    }
}
